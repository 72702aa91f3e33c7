using ClockFunctions.Core.Imaging;
using Microsoft.AspNetCore.Mvc;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>The bytes of one uploaded image, in a buffer that grows as they arrive and never past the limit.</summary>
public sealed class ImageUpload : IDisposable
{
    // Most photos for scoring fit without growing; an announced length is not trusted with more than this.
    private const int FirstBuffer = 128 * 1024;

    private readonly UploadStream _body;
    private RentedMemory<byte>? _buffer;

    private ImageUpload(UploadStream body) => _body = body;

    public ReadOnlyMemory<byte> Bytes => _buffer is null ? default : _buffer.Memory[..Length];

    public int Length { get; private set; }

    /// <summary>Bytes that the upload takes of the budget.</summary>
    public int Reserved { get; private set; }

    /// <summary>Reads an image to its end.</summary>
    /// <param name="body">The request's body, whose memory this takes.</param>
    /// <param name="image">The image in it: the body itself, or a part of a form.</param>
    /// <param name="announced">Its length, if the client said one.</param>
    /// <param name="limits">How large it may be.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The upload, or the problem with it: nothing in it, too much in it, or no memory left for it.</returns>
    /// <exception cref="UploadRefusedException">It comes too slowly.</exception>
    public static async Task<(ImageUpload? Upload, ProblemDetails? Problem)> ReadAsync(
        UploadStream body, Stream image, long? announced, ImageLimits limits, CancellationToken cancellation)
    {
        if (announced > limits.MaxBytes)
        {
            return (null, TooLarge(limits));
        }

        ImageUpload upload = new(body);
        try
        {
            ProblemDetails? problem = await upload.FillAsync(image, announced, limits, cancellation);
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
        _body.Release(Reserved);
        Reserved = 0;
    }

    private async Task<ProblemDetails?> FillAsync(Stream image, long? announced, ImageLimits limits, CancellationToken cancellation)
    {
        // One byte past the limit tells a body that is too long from one that just fits.
        int most = limits.MaxBytes + 1;
        int wanted = (int)Math.Min(most, Math.Min(announced ?? FirstBuffer, FirstBuffer) + 1);
        while (true)
        {
            if (!await TryGrowAsync(wanted, cancellation))
            {
                return Problems.Overloaded("Too many uploads are under way. Try again later.");
            }

            int room = Math.Min(Reserved, most) - Length;
            int read = await image.ReadAsync(_buffer!.Memory.Slice(Length, room), cancellation);
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

    private async ValueTask<bool> TryGrowAsync(int size, CancellationToken cancellation)
    {
        if (size <= Reserved)
        {
            return true;
        }

        if (!await _body.TryReserveAsync(size - Reserved, cancellation))
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
