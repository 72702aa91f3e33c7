namespace ClockFunctions.Core.Imaging;

/// <summary>A picture whose header was read, and whose pixels were not.</summary>
/// <param name="header">What it says about itself.</param>
/// <param name="workingBytes">What decoding it takes at most, the pixels that come out included.</param>
/// <param name="width">Width of the pixels that come out.</param>
/// <param name="height">Height of the pixels that come out.</param>
internal abstract class OpenPicture(ImageHeader header, long workingBytes, int width, int height) : IDisposable
{
    /// <summary>For the tensors that are made of a picture: eight views at 224x224.</summary>
    private const long TensorBytes = 5 * 1024 * 1024;

    /// <summary>Of one column or row while a picture is resized: sums of three colours, and weights.</summary>
    private const int ResizeBytes = 20;

    /// <summary>Only these reductions have SIMD inverse transforms in libjpeg-turbo; 3/8, 5/8 and so on cost more than 1/1.</summary>
    private const int LargestReduction = 8;

    public ImageHeader Header => header;

    public long WorkingBytes => workingBytes;

    /// <summary>What is made of the pixels later: one copy of them for a rotated view, what resizing takes, and tensors.</summary>
    public long LaterBytes => ((long)width * height * PixelBuffer.Channels) + (((long)width + height) * ResizeBytes) + TensorBytes;

    /// <summary>The pixels, upright and opaque.</summary>
    public abstract PixelBuffer Decode();

    public abstract void Dispose();

    /// <summary>1, 2, 4 or 8: by how much sides can be divided without the short one falling below a minimum.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="minimumShortSide">0: not at all.</param>
    protected static int Reduction(int width, int height, int minimumShortSide)
    {
        int reduction = minimumShortSide > 0 ? LargestReduction : 1;
        while (reduction > 1 && Reduced(Math.Min(width, height), reduction) < minimumShortSide)
        {
            reduction /= 2;
        }

        return reduction;
    }

    /// <summary>A side divided by a reduction; what is left over makes one pixel more.</summary>
    protected static int Reduced(int side, int reduction) => (side + reduction - 1) / reduction;
}
