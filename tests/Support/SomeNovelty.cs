using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;

namespace ClockFunctions.Tests.Support;

/// <summary>Scales of novelty.</summary>
public static class SomeNovelty
{
    /// <summary>Random centres; distance d is at percentile 100 d.</summary>
    public static NoveltyScale Scale(int width, int centres = 3, int seed = 1)
    {
        Random random = new(seed);
        float[][] rows = [.. Enumerable.Range(0, centres).Select(_ =>
        {
            float[] row = [.. Enumerable.Range(0, width).Select(_ => (float)random.NextDouble())];
            SphericalKMeans.Normalise(row);
            return row;
        })];
        return new NoveltyScale(
            width, [.. rows.SelectMany(row => row)], [.. Enumerable.Range(0, NoveltyScale.Steps).Select(i => i / 100f)]);
    }

    /// <summary>A scale on which every image has the same novelty.</summary>
    /// <param name="width">F.</param>
    /// <param name="novelty">0: as near as any training photo. 100: farther than all of them.</param>
    public static NoveltyScale Always(int width, int novelty)
    {
        float[] distances = new float[NoveltyScale.Steps];
        Array.Fill(distances, novelty == 0 ? 3 : -1); // beyond any cosine distance
        return new NoveltyScale(width, Scale(width).Centres.ToArray(), distances);
    }
}
