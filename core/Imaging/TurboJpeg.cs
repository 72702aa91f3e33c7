using System.Runtime.InteropServices;
using SkiaSharp;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// The system's libjpeg-turbo where there is one (Debian: <c>libturbojpeg0</c>). The copy inside Skia's packages is built without
/// SIMD and takes twice the time for the same pixels. Whatever is unusual about a file is left to Skia, so that this
/// decides nothing but the time.
/// </summary>
internal static unsafe class TurboJpeg
{
    // Names from turbojpeg.h (libjpeg-turbo 1.2 and newer; still there in 3.x).
    private const int PixelFormatRgba = 7; // TJPF_RGBA
    private const int ColorSpaceYCbCr = 1; // TJCS_YCbCr
    private const int ColorSpaceGray = 2; // TJCS_GRAY

    // What Skia asks for too: the accurate inverse transform, and smooth chroma, which is the default. A file of endless scans is refused.
    private const int Flags = 4096 | 32768; // TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS

    private static readonly string[] LibraryNames =
        OperatingSystem.IsWindows() ? ["turbojpeg.dll"] : OperatingSystem.IsMacOS()
        ? ["libturbojpeg.0.dylib", "/opt/homebrew/lib/libturbojpeg.0.dylib"] : ["libturbojpeg.so.0"];

    private static readonly Functions? Library = Load();

    /// <summary>Whether the system has the library.</summary>
    public static bool IsAvailable => Library is not null;

    /// <summary>Decodes into RGBA, as Skia would.</summary>
    /// <param name="jpeg">The file.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="header">What Skia found in its header.</param>
    /// <param name="size">Size wanted: the image's, or that divided by 2, 4 or 8, rounded up.</param>
    /// <param name="rgba">Height × width × 4 bytes.</param>
    /// <returns>
    /// False when Skia is to decode: no library, a colour profile or colour space to convert, or the least doubt about the data.
    /// </returns>
    public static bool TryDecode(nint jpeg, int length, SKImageInfo header, SKSizeI size, nint rgba)
    {
        if (Library is not { } library || header.ColorSpace is { IsSrgb: false })
        {
            return false;
        }

        nint handle = library.Create();
        if (handle == 0)
        {
            return false;
        }

        try
        {
            int width, height, subsampling, colorSpace;
            return library.ReadHeader(handle, jpeg, (nuint)length, &width, &height, &subsampling, &colorSpace) == 0
                && colorSpace is ColorSpaceYCbCr or ColorSpaceGray
                && width == header.Width && height == header.Height
                && library.Decode(handle, jpeg, (nuint)length, rgba, size.Width, size.Width * 4, size.Height, PixelFormatRgba, Flags) == 0;
        }
        finally
        {
            library.Destroy(handle);
        }
    }

    private static Functions? Load()
    {
        foreach (string name in LibraryNames)
        {
            if (NativeLibrary.TryLoad(name, out nint library)
                && NativeLibrary.TryGetExport(library, "tjInitDecompress", out nint create)
                && NativeLibrary.TryGetExport(library, "tjDecompressHeader3", out nint readHeader)
                && NativeLibrary.TryGetExport(library, "tjDecompress2", out nint decode)
                && NativeLibrary.TryGetExport(library, "tjDestroy", out nint destroy))
            {
                return new Functions(create, readHeader, decode, destroy);
            }
        }

        return null;
    }

    private sealed class Functions(nint create, nint readHeader, nint decode, nint destroy)
    {
        public readonly delegate* unmanaged<nint> Create = (delegate* unmanaged<nint>)create;
        public readonly delegate* unmanaged<nint, nint, nuint, int*, int*, int*, int*, int> ReadHeader =
            (delegate* unmanaged<nint, nint, nuint, int*, int*, int*, int*, int>)readHeader;
        public readonly delegate* unmanaged<nint, nint, nuint, nint, int, int, int, int, int, int> Decode =
            (delegate* unmanaged<nint, nint, nuint, nint, int, int, int, int, int, int>)decode;
        public readonly delegate* unmanaged<nint, int> Destroy = (delegate* unmanaged<nint, int>)destroy;
    }
}
