using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Backbones.Import;

/// <summary>
/// What a file's metadata says about pixels. Source: ONNX, "Metadata", <c>Image.BitmapPixelFormat</c> and
/// <c>Image.NominalPixelRange</c>. Models exported from Azure AI Custom Vision carry them.
/// </summary>
internal static class PixelMetadata
{
    /// <returns>
    /// Null where the file says nothing. Where it names the colours alone, values are 0–1: that is how Custom Vision's own sample reads
    /// such a file.
    /// </returns>
    /// <exception cref="BackboneException">It names a format or a range that is not known.</exception>
    public static InputNormalisation? Read(IReadOnlyDictionary<string, string> metadata)
    {
        metadata.TryGetValue("Image.BitmapPixelFormat", out string? format);
        metadata.TryGetValue("Image.NominalPixelRange", out string? range);
        if (format is null && range is null)
        {
            return null;
        }

        InputNormalisation pixels = range?.ToLowerInvariant() switch
        {
            null or "normalized_0_1" => InputNormalisation.Unit,
            "nominalrange_0_255" => InputNormalisation.Raw,
            "normalized_1_1" => InputNormalisation.TensorFlow,
            "nominalrange_16_235" => InputNormalisation.Raw with { Scale = 219 / 255f, Mean = [-16, -16, -16] },
            _ => throw new BackboneException($"The file's Image.NominalPixelRange '{range}' is not known. Say it with --preset."),
        };
        return format?.ToLowerInvariant() switch
        {
            null or "rgb8" or "rgba8" => pixels,
            "bgr8" or "bgra8" => pixels with { ColorOrder = ColorOrder.Bgr },
            _ => throw new BackboneException($"The file's Image.BitmapPixelFormat '{format}' is no colour format. Say it with --preset."),
        };
    }
}
