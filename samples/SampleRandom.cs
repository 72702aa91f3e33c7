using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Samples;

/// <summary>The choices of one drawing; the same for the same seed and picture everywhere.</summary>
public sealed class SampleRandom(int seed, string picture)
{
    private ViewRandom _random = new(seed, picture, view: 0);

    /// <summary>Uniform in [low, high).</summary>
    public float Between(float low, float high) => (float)_random.Uniform(low, high);

    /// <summary>Of low .. high, both included.</summary>
    public int Whole(int low, int high) => low + _random.Below(high - low + 1);

    /// <summary>True in this share of the cases.</summary>
    public bool Chance(double share) => _random.Uniform(0, 1) < share;

    /// <summary>Any of them, each as likely as the others.</summary>
    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[_random.Below(choices.Length)];

    /// <summary>Near 0, rarely beyond ±2: the sum of three uniform numbers has the bell that is wanted here.</summary>
    public float Bell() => Between(-1, 1) + Between(-1, 1) + Between(-1, 1);
}
