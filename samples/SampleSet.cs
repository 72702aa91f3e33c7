namespace ClockFunctions.Samples;

/// <summary>
/// Draws a labelled set to try the whole journey with, where no photos are at hand: clocks in many styles, and things that look
/// like clocks, before the same backgrounds, under the same light. They are drawings: a model trained on them knows drawings.
/// </summary>
public static class SampleSet
{
    /// <summary>Clocks are a third, as in a marketplace where most things are none.</summary>
    private const int ThingsAClock = 3;

    /// <summary>Draws the set, one picture at a time. The same count and seed give the same set; a larger count extends it.</summary>
    public static IEnumerable<SamplePicture> Render(int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        for (int i = 0; i < count; i++)
        {
            bool clock = i % ThingsAClock == 0;
            (string Name, Action<Sketch> Draw)[] kinds = clock ? Things.ClockKinds : Things.LookAlikes;
            int number = clock ? i / ThingsAClock : i - (i / ThingsAClock) - 1;
            (string name, Action<Sketch> draw) = kinds[number % kinds.Length];
            SampleRandom random = new(seed, $"picture {i}");
            yield return new SamplePicture(clock ? "clock" : "other", $"{name}-{i + 1:0000}.jpg", Scene.Jpeg(random, Stage.Upright, draw));
        }
    }
}
