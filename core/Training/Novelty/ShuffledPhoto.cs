using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Training.Novelty;

/// <summary>Cuts a photo into a grid and puts the pieces back in another order.</summary>
/// <remarks>
/// Six by six: with four by four MobileNetV2 still recognises things in the pieces, and with eight by eight the shipped backbone tells
/// them nearly as well as MobileNetV2, though it is worse at telling other photos (docs/quality.md).
/// </remarks>
internal static class ShuffledPhoto
{
    private const int Grid = 6;

    /// <param name="photo">At least 6×6 pixels; what is left over at its right and bottom is cut off.</param>
    /// <param name="contentHash">Decides the order.</param>
    public static PixelBuffer Of(PixelBuffer photo, string contentHash)
    {
        (int width, int height) = (photo.Width / Grid, photo.Height / Grid);
        int[] order = Order(contentHash);
        PixelBuffer shuffled = PixelBuffer.Rent(width * Grid, height * Grid);
        for (int piece = 0; piece < order.Length; piece++)
        {
            (int fromX, int fromY) = (order[piece] % Grid * width, order[piece] / Grid * height);
            (int toX, int toY) = (piece % Grid * width, piece / Grid * height);
            for (int y = 0; y < height; y++)
            {
                Row(photo, fromX, fromY + y, width).CopyTo(Row(shuffled, toX, toY + y, width));
            }
        }

        return shuffled;
    }

    /// <summary>Whether there is a pixel for each piece.</summary>
    public static bool IsLargeEnough(PixelBuffer photo) => photo.Width >= Grid && photo.Height >= Grid;

    private static Span<byte> Row(PixelBuffer picture, int x, int y, int width) =>
        picture.Pixels.Slice(((y * picture.Width) + x) * PixelBuffer.Channels, width * PixelBuffer.Channels);

    private static int[] Order(string contentHash)
    {
        ViewRandom random = new(seed: 0, contentHash, view: 0);
        int[] order = [.. Enumerable.Range(0, Grid * Grid)];
        for (int i = order.Length - 1; i > 0; i--)
        {
            int other = random.Below(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }
}
