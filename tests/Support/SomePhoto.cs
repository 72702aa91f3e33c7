using ClockFunctions.Samples;
using SkiaSharp;

namespace ClockFunctions.Tests.Support;

/// <summary>Small encoded pictures, each different by its seed.</summary>
public static class SomePhoto
{
    public static byte[] Jpeg(int seed = 1, int width = 80, int height = 60) => Encode(SKEncodedImageFormat.Jpeg, seed, width, height);

    public static byte[] Png(int seed = 1, int width = 80, int height = 60) => Encode(SKEncodedImageFormat.Png, seed, width, height);

    private static byte[] Encode(SKEncodedImageFormat format, int seed, int width, int height) =>
        Picture.Encode(width, height, format, new SampleRandom(seed, "photo"), sketch =>
        {
            SampleRandom random = sketch.Random;
            sketch.Ground(Color(random));
            for (int i = 0; i < 5; i++)
            {
                sketch.Disc(new SKPoint(random.Between(-1, 1), random.Between(-1, 1)), random.Between(0.1f, 1), Color(random));
            }
        });

    private static SKColor Color(SampleRandom random) =>
        new((byte)random.Whole(0, 255), (byte)random.Whole(0, 255), (byte)random.Whole(0, 255));
}
