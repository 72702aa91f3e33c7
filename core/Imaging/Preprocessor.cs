
namespace ClockFunctions.Core.Imaging;

/// <summary>
/// Turns pixels into a backbone's input: the one definition that training and serving share. Resizing is antialiased linear
/// (<see cref="ResizeAxis"/>), normalisation, layout and colour order are the backbone's. Thread-safe.
/// </summary>
public sealed class Preprocessor
{
    /// <summary>Pipeline <see cref="Pipeline.Full"/>: longer sides are scaled down to this many pixels.</summary>
    public const int LongestFullSide = 640;

    /// <summary>
    /// Pipeline <see cref="Pipeline.Full"/>: shorter sides are scaled up to this many pixels, which every backbone can take.
    /// </summary>
    public const int ShortestFullSide = 96;

    /// <summary>The customary ratio of the resized short side to the cropped one.</summary>
    private const int ResizeForCrop = 256;
    private const int CropOfResize = 224;

    /// <summary>An image shrunk while loading keeps at least so many times the pixels that are needed: our filter still decides.</summary>
    private const int Oversampling = 2;

    private readonly InputSpec _input;
    private readonly TensorFormat _format;

    /// <exception cref="ArgumentException"><see cref="Pipeline.Full"/> for a backbone whose input size is fixed.</exception>
    public Preprocessor(InputSpec input, Pipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (pipeline == Pipeline.Full && !input.DynamicSize)
        {
            throw new ArgumentException(
                $"Pipeline full needs a backbone with free height and width; this one takes {input.Height}x{input.Width}.");
        }

        _input = input;
        _format = TensorFormat.Of(input);
        Pipeline = pipeline;
    }

    public Pipeline Pipeline { get; }

    /// <summary>What to give <see cref="ImageDecoder.Decode"/>: shorter sides would cost quality, longer ones only time.</summary>
    public int MinimumShortSide => Pipeline switch
    {
        Pipeline.Resize => Oversampling * Math.Max(_input.Width, _input.Height),
        Pipeline.Crop => Oversampling * Math.Max(Cover(_input.Width), Cover(_input.Height)),
        _ => LongestFullSide,
    };

    /// <summary>Height and width of the tensor for an image of this size; only <see cref="Pipeline.Full"/> depends on it.</summary>
    public (int Height, int Width) OutputSize(int width, int height)
    {
        if (Pipeline != Pipeline.Full)
        {
            return (_input.Height, _input.Width);
        }

        double scale = Math.Min(1, (double)LongestFullSide / Math.Max(width, height));
        scale = Math.Max(scale, (double)ShortestFullSide / Math.Min(width, height));
        return (Side(height * scale), Side(width * scale));

        // Panoramas of more than 640 : 96 are squashed along their long side.
        static int Side(double length) => Math.Min((int)Math.Round(length), LongestFullSide);
    }

    /// <summary>Writes the whole image through the pipeline.</summary>
    /// <param name="image">The pixels.</param>
    /// <param name="destination">
    /// 3 × height × width values of <see cref="OutputSize"/> for the size of <paramref name="image"/>, in the backbone's layout,
    /// colour order and normalisation.
    /// </param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public void Write(PixelBuffer image, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(image);
        (int height, int width) = OutputSize(image.Width, image.Height);
        (int resizedHeight, int resizedWidth) = Pipeline == Pipeline.Crop ? SizeBeforeCrop(image) : (height, width);
        ResizeAxis columns = ResizeAxis.Cached(image.Width, resizedWidth, Margin(resizedWidth, width), width);
        ResizeAxis rows = ResizeAxis.Cached(image.Height, resizedHeight, Margin(resizedHeight, height), height);
        Resampler.Write(image.Pixels, image.Width * PixelBuffer.Channels, columns, rows, _format, destination);

        // As torchvision's center_crop: half of the rest, halves rounded to even.
        static int Margin(int resized, int cropped) => (int)Math.Round((resized - cropped) / 2.0);
    }

    /// <summary>Writes one augmented view of the image; <see cref="View.Clean"/> is the same as <see cref="Write"/>.</summary>
    /// <param name="image">The pixels, of the size that the view was drawn for.</param>
    /// <param name="view">From <see cref="ViewSampler"/>.</param>
    /// <param name="destination">As for <see cref="Write"/>.</param>
    /// <exception cref="ArgumentException">The destination has another length, or the view's crop does not lie in the image.</exception>
    public void WriteView(PixelBuffer image, View view, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(view);
        if (view.Crop is not { } crop)
        {
            Write(image, destination);
            return;
        }

        if (crop.Left < 0 || crop.Top < 0 || crop.Left + crop.Width > image.Width || crop.Top + crop.Height > image.Height)
        {
            throw new ArgumentException($"The view was drawn for a larger image than {image.Width}x{image.Height}.", nameof(view));
        }

        (int height, int width) = OutputSize(image.Width, image.Height);
        using RentedMemory<float> rented = RentedMemory<float>.Rent(height * width * PixelBuffer.Channels);
        Span<float> planes = rented.GetSpan();
        using (PixelBuffer rotated = PixelBuffer.Rent(crop.Width, crop.Height))
        {
            Rotation.Write(image, view.Degrees, crop, rotated.Pixels);
            ResizeAxis columns = ResizeAxis.Compute(crop.Width, width, 0, width);
            ResizeAxis rows = ResizeAxis.Compute(crop.Height, height, 0, height);
            Resampler.Write(rotated.Pixels, crop.Width * PixelBuffer.Channels, columns, rows, TensorFormat.Plain, planes);
        }

        ColorJitter.Apply(planes, view);
        _format.Write(planes, width, height, view.Flipped, destination);
    }

    /// <summary>
    /// The smallest size of the image's proportions that covers the input size × 256/224; fractions cut off as torchvision does.
    /// </summary>
    private (int Height, int Width) SizeBeforeCrop(PixelBuffer image)
    {
        long coverWidth = Cover(_input.Width);
        long coverHeight = Cover(_input.Height);
        return image.Width * coverHeight <= image.Height * coverWidth
            ? ((int)(coverWidth * image.Height / image.Width), (int)coverWidth)
            : ((int)coverHeight, (int)(coverHeight * image.Width / image.Height));
    }

    /// <summary>Which part of an image the tensor shows: all of it, but for <see cref="Pipeline.Crop"/>.</summary>
    public SeenPart Seen(int width, int height)
    {
        if (Pipeline != Pipeline.Crop)
        {
            return SeenPart.Whole;
        }

        double scale = Math.Max((double)Cover(_input.Width) / width, (double)Cover(_input.Height) / height);
        (double shownWidth, double shownHeight) = (_input.Width / (width * scale), _input.Height / (height * scale));
        return new((1 - shownWidth) / 2, (1 - shownHeight) / 2, shownWidth, shownHeight);
    }

    private static int Cover(int side) => (int)Math.Round((double)side * ResizeForCrop / CropOfResize);
}
