namespace ClockFunctions.Core.Imaging;

/// <summary>
/// Random numbers that depend on (seed, image content, view) alone, so that a view is the same on every machine, in any order of
/// work, and can be cached: SplitMix64 (Steele, Lea, Flood 2014) started from an FNV-1a hash.
/// </summary>
internal struct ViewRandom
{
    private ulong _state;

    public ViewRandom(int seed, string contentHash, int view)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in contentHash)
        {
            hash = (hash ^ c) * 1099511628211;
        }

        hash = (hash ^ (uint)seed) * 1099511628211;
        _state = (hash ^ (uint)view) * 1099511628211;
    }

    /// <summary>Uniform in [low, high).</summary>
    public double Uniform(double low, double high) => low + ((high - low) * ((Next() >> 11) * (1.0 / (1ul << 53))));

    /// <summary>Uniform over 0 .. count − 1.</summary>
    public int Below(int count) => (int)(((UInt128)Next() * (ulong)count) >> 64);

    private ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
