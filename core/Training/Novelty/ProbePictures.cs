using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Training.Novelty;

/// <summary>
/// Pictures that are certainly no photos like those trained on, drawn in place: blocks of noise, clouds, and a few plain shapes. The
/// same on every machine.
/// </summary>
internal static class ProbePictures
{
    /// <summary>A third of each kind.</summary>
    public const int Count = 24;

    private const int Side = 112;
    private const int Kinds = 3;

    /// <summary>Draws one.</summary>
    /// <param name="number">Which: 0 to <see cref="Count"/> − 1.</param>
    public static PixelBuffer Draw(int number)
    {
        PixelBuffer picture = PixelBuffer.Rent(Side, Side);
        Random random = new(number);
        switch (number % Kinds)
        {
            case 0:
                Noise(picture, random);
                break;
            case 1:
                Clouds(picture, random);
                break;
            default:
                Drawing(picture, random);
                break;
        }

        return picture;
    }

    /// <summary>Squares of 1 to 16 pixels, each of a colour of its own.</summary>
    private static void Noise(PixelBuffer picture, Random random)
    {
        int block = 1 << random.Next(5);
        for (int y = 0; y < Side; y += block)
        {
            for (int x = 0; x < Side; x += block)
            {
                Fill(picture, new Shape(x, y, block, block, IsRound: false, Turn: 0), Colour(random));
            }
        }
    }

    /// <summary>Noise of many scales, the coarse ones strongest, as in the spectrum of photos.</summary>
    private static void Clouds(PixelBuffer picture, Random random)
    {
        for (int channel = 0; channel < PixelBuffer.Channels; channel++)
        {
            double[] values = new double[Side * Side];
            for (int cells = 2; cells <= Side / 2; cells *= 2)
            {
                AddScale(values, cells, random);
            }

            (double low, double high) = (values.Min(), values.Max());
            Span<byte> pixels = picture.Pixels;
            for (int i = 0; i < values.Length; i++)
            {
                pixels[(i * PixelBuffer.Channels) + channel] = (byte)(255 * (values[i] - low) / (high - low));
            }
        }
    }

    private static void AddScale(double[] values, int cells, Random random)
    {
        double[] grid = new double[(cells + 1) * (cells + 1)];
        for (int i = 0; i < grid.Length; i++)
        {
            grid[i] = random.NextDouble() / cells;
        }

        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                (double gx, double gy) = ((double)x * cells / Side, (double)y * cells / Side);
                (int left, int top) = ((int)gx, (int)gy);
                int at = (top * (cells + 1)) + left;
                double above = double.Lerp(grid[at], grid[at + 1], gx - left);
                double below = double.Lerp(grid[at + cells + 1], grid[at + cells + 2], gx - left);
                values[(y * Side) + x] += double.Lerp(above, below, gy - top);
            }
        }
    }

    /// <summary>One to six shapes on a plain ground.</summary>
    private static void Drawing(PixelBuffer picture, Random random)
    {
        Fill(picture, new Shape(0, 0, Side, Side, IsRound: false, Turn: 0), Colour(random));
        int shapes = random.Next(1, 7);
        for (int i = 0; i < shapes; i++)
        {
            Fill(picture, Shape.Any(random, random.Next(20, 75)), Colour(random));
        }
    }

    private static (byte R, byte G, byte B) Colour(Random random) =>
        ((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));

    private static void Fill(PixelBuffer picture, Shape shape, (byte R, byte G, byte B) colour)
    {
        Span<byte> pixels = picture.Pixels;
        int reach = (int)Math.Ceiling(Math.Max(shape.Width, shape.Height));
        for (int y = Math.Max(0, (int)shape.Y - reach); y < Math.Min(Side, shape.Y + (2 * reach)); y++)
        {
            for (int x = Math.Max(0, (int)shape.X - reach); x < Math.Min(Side, shape.X + (2 * reach)); x++)
            {
                if (shape.Covers(x + 0.5, y + 0.5))
                {
                    int at = ((y * Side) + x) * PixelBuffer.Channels;
                    (pixels[at], pixels[at + 1], pixels[at + 2]) = colour;
                }
            }
        }
    }

    /// <summary>A rectangle or an ellipse.</summary>
    /// <param name="X">Left edge before it is turned, in pixels.</param>
    /// <param name="Y">Top edge, likewise.</param>
    /// <param name="Width">Pixels.</param>
    /// <param name="Height">Pixels.</param>
    /// <param name="IsRound">Whether it is an ellipse.</param>
    /// <param name="Turn">By how much it is turned around its middle, in radians.</param>
    private sealed record Shape(double X, double Y, double Width, double Height, bool IsRound, double Turn)
    {
        private readonly double _cos = Math.Cos(Turn);
        private readonly double _sin = Math.Sin(Turn);

        public static Shape Any(Random random, double size) => new(
            random.Next(Side) - (size / 2), random.Next(Side) - (size / 2), size * (0.3 + random.NextDouble()),
            size * (0.3 + random.NextDouble()), random.Next(2) == 0, random.NextDouble() * Math.PI);

        public bool Covers(double x, double y)
        {
            (double dx, double dy) = (x - X - (Width / 2), y - Y - (Height / 2));
            double across = ((dx * _cos) + (dy * _sin)) / (Width / 2);
            double along = ((dy * _cos) - (dx * _sin)) / (Height / 2);
            return IsRound ? (across * across) + (along * along) <= 1 : Math.Abs(across) <= 1 && Math.Abs(along) <= 1;
        }
    }
}
