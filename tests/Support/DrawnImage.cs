using ClockFunctions.Samples;
using SkiaSharp;

namespace ClockFunctions.Tests.Support;

/// <summary>Drawings for tests that need many different images of two kinds that can be told apart.</summary>
public static class DrawnImage
{
    private const int Side = 80;

    /// <summary>A warm dial on a light ground, different for each seed.</summary>
    public static byte[] Clock(int seed) => Picture.Encode(Side, Side, SKEncodedImageFormat.Jpeg, new SampleRandom(seed, "clock"), sketch =>
    {
        SampleRandom random = sketch.Random;
        sketch.Ground(new SKColor(Light(random), Light(random), Light(random)));
        SKColor face = new(Light(random), (byte)random.Whole(100, 159), (byte)random.Whole(0, 59));
        SKPoint middle = new(random.Between(-0.15f, 0.15f), random.Between(-0.15f, 0.15f));
        sketch.Placed(middle, random.Between(0.6f, 0.84f), () =>
        {
            sketch.Disc(1, face);
            Dial.Draw(sketch, face);
        });
    });

    /// <summary>Cold bars on a dark ground, different for each seed.</summary>
    public static byte[] Other(int seed) => Picture.Encode(Side, Side, SKEncodedImageFormat.Jpeg, new SampleRandom(seed, "other"), sketch =>
    {
        SampleRandom random = sketch.Random;
        sketch.Ground(new SKColor(Dark(random), Dark(random), Dark(random)));
        SKColor bar = new(Dark(random), (byte)random.Whole(60, 119), Light(random));
        for (int i = 0; i < 4; i++)
        {
            float left = random.Between(-1, 1);
            sketch.Box(left, -1, left + random.Between(0.08f, 0.2f), 1, 0, bar);
        }
    });

    /// <summary>The image of a label.</summary>
    public static byte[] Of(string label, int seed) => label == "clock" ? Clock(seed) : Other(seed);

    private static byte Light(SampleRandom random) => (byte)random.Whole(180, 255);

    private static byte Dark(SampleRandom random) => (byte)random.Whole(0, 69);
}
