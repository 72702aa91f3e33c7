using ClockFunctions.Core.Imaging;
using Microsoft.AspNetCore.Mvc;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>The bytes of one uploaded image, in a buffer that grows as they arrive and never past the limit.</summary>
public sealed class ImageUpload : IDisposable
{
    // Most photos for scoring fit without growing; an announced length is not trusted with more than this.
    private const int FirstBuffer = 128 * 1024;

    private readonly UploadBudget _budget;
    private RentedMemory<byte>? _buffer;

    private ImageUpload(UploadBudget budget) => _budget = budget;

    public ReadOnlyMemory<byte> Bytes => _buffer is null ? default : _buffer.Memory[..Length];

    public int Length { get; private set; }

    /// <summary>Bytes that the upload takes of the budget.</summary>
    public int Reserved { get; private set; }

    /// <summary>Reads a body to its end.</summary>
    /// <returns>The upload, or the problem with it: nothing in it, too much in it, or no memory left for it.</returns>
    public static async Task<(ImageUpload? Upload, ProblemDetails? Problem)> ReadAsync(
        Stream body, long? announced, ImageLimits limits, UploadBudget budget, CancellationToken cancellation)
    {
        if (announced > limits.MaxBytes)
        {
            return (null, TooLarge(limits));
        }

        ImageUpload upload = new(budget);
        try
        {
            ProblemDetails? problem = await upload.FillAsync(body, announced, limits, cancellation);
            if (problem is null)
            {
                (ImageUpload? whole, upload) = (upload, null!);
                return (whole, null);
            }

            return (null, problem);
        }
        finally
        {
            upload?.Dispose();
        }
    }

    public void Dispose()
    {
        _buffer?.Dispose();
        _buffer = null;
        Length = 0;
        _budget.Release(Reserved);
        Reserved = 0;
    }

    private async Task<ProblemDetails?> FillAsync(Stream body, long? announced, ImageLimits limits, CancellationToken cancellation)
    {
        // One byte past the limit tells a body that is too long from one that just fits.
        int most = limits.MaxBytes + 1;
        int wanted = (int)Math.Min(most, Math.Min(announced ?? FirstBuffer, FirstBuffer) + 1);
        while (true)
        {
            if (!TryGrow(wanted))
            {
                return Problems.Overloaded("Too many uploads are under way. Try again later.");
            }

            int room = Math.Min(Reserved, most) - Length;
            int read = await body.ReadAsync(_buffer!.Memory.Slice(Length, room), cancellation);
            Length += read;
            if (read == 0)
            {
                return Length == 0 ? Problems.NoImage("The image has no bytes.") : null;
            }

            if (Length == most)
            {
                return TooLarge(limits);
            }

            wanted = Length == Reserved ? Math.Min(most, 2 * Length) : Reserved;
        }
    }

    private bool TryGrow(int size)
    {
        if (size <= Reserved)
        {
            return true;
        }

        if (!_budget.TryReserve(size - Reserved))
        {
            return false;
        }

        Reserved = size;
        RentedMemory<byte> larger = RentedMemory<byte>.Rent(size);
        Bytes.Span.CopyTo(larger.GetSpan());
        _buffer?.Dispose();
        _buffer = larger;
        return true;
    }

    private static ProblemDetails TooLarge(ImageLimits limits) => Problems.TooLarge($"An image may have {limits.MaxBytes} bytes.");
}
