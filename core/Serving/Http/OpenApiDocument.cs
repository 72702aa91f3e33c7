namespace ClockFunctions.Core.Serving.Http;

/// <summary>
/// The contract as an OpenAPI 3.1 document, kept by hand in <c>openapi.json</c> beside this file; tests hold it to the code.
/// </summary>
public static class OpenApiDocument
{
    private static readonly Lazy<byte[]> Document = new(Read);

    /// <summary>UTF-8.</summary>
    public static ReadOnlyMemory<byte> Bytes => Document.Value;

    private static byte[] Read()
    {
        using Stream stream = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("openapi.json")!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
