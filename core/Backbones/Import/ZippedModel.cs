using System.IO.Compression;

namespace ClockFunctions.Core.Backbones.Import;

/// <summary>A model that comes in a ZIP file, as Azure AI Custom Vision exports it: <c>model.onnx</c> beside <c>labels.txt</c>.</summary>
internal static class ZippedModel
{
    /// <summary>No ONNX file can be larger: protobuf counts its bytes in 31 bits.</summary>
    private const long LargestModel = int.MaxValue;

    /// <summary>Whether the file begins as a ZIP file does.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static bool Is(string file)
    {
        using FileStream stream = File.OpenRead(file);
        Span<byte> start = stackalloc byte[4];
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && start.SequenceEqual("PK\u0003\u0004"u8);
    }

    /// <summary>Writes the one ONNX file that is in a ZIP file.</summary>
    /// <exception cref="BackboneException">There is none, there are several, or the ZIP file is damaged.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static void Extract(string zip, string destination)
    {
        string name = Path.GetFileName(zip);
        try
        {
            using ZipArchive archive = ZipFile.OpenRead(zip);
            ZipArchiveEntry[] models =
                [.. archive.Entries.Where(entry => entry.Name.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))];
            if (models is not [{ Length: <= LargestModel } model])
            {
                throw new BackboneException(
                    $"{name} must hold one ONNX file of less than 2 GiB, and holds {models.Length}. Unpack it and import the right one.");
            }

            model.ExtractToFile(destination, overwrite: true);
        }
        catch (InvalidDataException e)
        {
            throw new BackboneException($"{name} is no readable ZIP file: {e.Message}", e);
        }
    }
}
