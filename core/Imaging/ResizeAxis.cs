using System.Collections.Concurrent;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// One direction of an antialiased linear resize: which source pixels each target pixel is made of, and by what weights.
/// </summary>
/// <remarks>
/// The triangle filter of Pillow's <c>Image.resize(BILINEAR)</c> and torchvision's <c>resize(antialias=True)</c>
/// (Pillow, <c>Resample.c</c>, precompute_coeffs): pixel centres at halves; a target pixel's centre in the source is
/// <c>(x + 0.5) · scale</c>; the triangle reaches <c>max(scale, 1)</c> to either side, so that shrinking averages every source pixel
/// and nothing aliases; weights of one target pixel sum to 1.
/// </remarks>
internal sealed class ResizeAxis
{
    /// <summary>Photos come in few sizes; when many different ones were seen the cache starts again.</summary>
    private const int MostCached = 256;

    /// <summary>Longer sides are computed each time: they are rare, and their weights are large.</summary>
    private const int LongestCached = 4096;

    private static readonly ConcurrentDictionary<(int Input, int Output, int First, int Count), ResizeAxis> Cache = new();

    private ResizeAxis(int count, int taps)
    {
        Taps = taps;
        Starts = new int[count];
        Weights = new float[count * taps];
    }

    /// <summary>Number of target pixels.</summary>
    public int Count => Starts.Length;

    /// <summary>Source pixels that one target pixel is made of; the same for all, by weights of 0 where fewer are needed.</summary>
    public int Taps { get; }

    /// <summary>A target pixel's first source pixel; start + taps never passes the source's end.</summary>
    public int[] Starts { get; }

    /// <summary>Count × Taps weights.</summary>
    public float[] Weights { get; }

    /// <summary>First source pixel that any target pixel needs.</summary>
    public int SourceFirst => Starts[0];

    /// <summary>One past the last source pixel that any target pixel needs.</summary>
    public int SourceEnd => Starts[^1] + Taps;

    /// <summary>Weights for the target pixels <paramref name="first"/> .. first + count of a resize from input to output pixels.</summary>
    public static ResizeAxis Cached(int input, int output, int first, int count)
    {
        if (input > LongestCached)
        {
            return Compute(input, output, first, count);
        }

        if (Cache.TryGetValue((input, output, first, count), out ResizeAxis? known))
        {
            return known;
        }

        if (Cache.Count >= MostCached)
        {
            Cache.Clear();
        }

        return Cache.GetOrAdd((input, output, first, count), Compute(input, output, first, count));
    }

    /// <inheritdoc cref="Cached"/>
    public static ResizeAxis Compute(int input, int output, int first, int count)
    {
        double scale = (double)input / output;
        double reach = Math.Max(scale, 1);
        int taps = 0;
        for (int i = 0; i < count; i++)
        {
            (int start, int end) = Window(i);
            taps = Math.Max(taps, end - start);
        }

        ResizeAxis axis = new(count, taps);
        for (int i = 0; i < count; i++)
        {
            double center = (first + i + 0.5) * scale;
            (int start, int end) = Window(i);
            axis.Starts[i] = Math.Min(start, input - axis.Taps);
            Span<float> weights = axis.Weights.AsSpan((i * axis.Taps) + start - axis.Starts[i], end - start);

            double sum = 0;
            for (int x = start; x < end; x++)
            {
                sum += Triangle((x - center + 0.5) / reach);
            }

            for (int x = start; x < end; x++)
            {
                weights[x - start] = (float)(Triangle((x - center + 0.5) / reach) / sum);
            }
        }

        return axis;

        (int Start, int End) Window(int i)
        {
            double center = (first + i + 0.5) * scale;
            return (Math.Max((int)(center - reach + 0.5), 0), Math.Min((int)(center + reach + 0.5), input));
        }
    }

    private static double Triangle(double x) => Math.Max(0, 1 - Math.Abs(x));
}
