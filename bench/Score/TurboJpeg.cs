using System.Runtime.InteropServices;

namespace ClockFunctions.Bench.Score;

/// <summary>
/// The floor's decoder: libjpeg-turbo's own TurboJPEG API (Debian package <c>libturbojpeg0</c>), a whole JPEG
/// to RGB bytes with its default settings.
/// </summary>
public sealed partial class TurboJpeg : IDisposable
{
    private const int PixelFormatRgb = 0; // TJPF_RGB

    private readonly nint _decompressor = InitDecompress();
    private byte[] _pixels = [];

    /// <exception cref="InvalidOperationException">The bytes are no JPEG that libjpeg-turbo decodes.</exception>
    public void Decode(byte[] jpeg)
    {
        if (DecompressHeader(_decompressor, jpeg, (nuint)jpeg.Length, out int width, out int height, out _, out _) != 0)
        {
            throw new InvalidOperationException("libjpeg-turbo cannot read the header.");
        }

        if (_pixels.Length < width * height * 3)
        {
            _pixels = new byte[width * height * 3];
        }

        if (Decompress(_decompressor, jpeg, (nuint)jpeg.Length, _pixels, width, 0, height, PixelFormatRgb, 0) != 0)
        {
            throw new InvalidOperationException("libjpeg-turbo cannot decode the image.");
        }
    }

    public void Dispose() => Destroy(_decompressor); // its status says nothing that a caller could act on

    [LibraryImport("libturbojpeg.so.0", EntryPoint = "tjInitDecompress")]
    private static partial nint InitDecompress();

    [LibraryImport("libturbojpeg.so.0", EntryPoint = "tjDecompressHeader3")]
    private static partial int DecompressHeader(
        nint handle, byte[] jpeg, nuint size, out int width, out int height, out int subsampling, out int colorspace);

    [LibraryImport("libturbojpeg.so.0", EntryPoint = "tjDecompress2")]
    private static partial int Decompress(
        nint handle, byte[] jpeg, nuint size, byte[] pixels, int width, int pitch, int height, int format, int flags);

    [LibraryImport("libturbojpeg.so.0", EntryPoint = "tjDestroy")]
    private static partial void Destroy(nint handle);
}
