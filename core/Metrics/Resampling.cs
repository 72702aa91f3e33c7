namespace ClockFunctions.Core.Metrics;

/// <summary>Bootstrap resamples (Efron 1979) as counts: how often each image was drawn, with replacement.</summary>
/// <remarks>
/// Own generator (SplitMix64, Steele et al. 2014): the same seed gives the same intervals on every
/// machine and .NET version, and fifteen million draws take a few hundredths of a second.
/// </remarks>
internal sealed class Resampling(int seed)
{
    private ulong _state = (ulong)seed;

    /// <summary>Draws as many images as there are places, with replacement, and counts them.</summary>
    public void Draw(Span<int> counts)
    {
        counts.Clear();
        uint size = (uint)counts.Length;
        for (int i = 0; i < counts.Length; i++)
        {
            counts[(int)((ulong)(uint)(Next() >> 32) * size >> 32)]++;
        }
    }

    private ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
