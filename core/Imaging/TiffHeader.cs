namespace ClockFunctions.Core.Imaging;

/// <summary>A TIFF's size and orientation, read before the TIFF library sees the file.</summary>
/// <param name="Width">Width as stored, in pixels.</param>
/// <param name="Height">Height as stored, in pixels.</param>
/// <param name="Orientation">As in EXIF, 1–8.</param>
internal readonly record struct TiffHeader(int Width, int Height, int Orientation)
{
    private const int WidthTag = 256;
    private const int HeightTag = 257;
    private const int BitsTag = 258;
    private const int SamplesTag = 277;

    /// <summary>More channels or bits than any photo has; the library multiplies them when it sizes its buffers.</summary>
    private const int MostSamples = 8;
    private const int MostBits = 32;

    /// <exception cref="InvalidImageContentException">The directory is damaged or asks for something absurd.</exception>
    public static TiffHeader Read(ReadOnlySpan<byte> file)
    {
        if (!TiffDirectory.TryRead(file, out TiffDirectory directory)
            || directory.Value(WidthTag, 0) is not (>= 1 and <= int.MaxValue and long width)
            || directory.Value(HeightTag, 0) is not (>= 1 and <= int.MaxValue and long height)
            || directory.Value(SamplesTag, 1) is not (>= 1 and <= MostSamples)
            || directory.Value(BitsTag, 1) is not (>= 1 and <= MostBits))
        {
            throw new InvalidImageContentException("The TIFF header is damaged or of a kind that is not read.");
        }

        long orientation = directory.Value(TiffDirectory.Orientation, 1);
        return new TiffHeader((int)width, (int)height, orientation is >= 1 and <= 8 ? (int)orientation : 1);
    }
}
