using SkiaSharp;

namespace ClockFunctions.Tests.Support;

/// <summary>Small encoded pictures, each different by its seed.</summary>
public static class SomePhoto
{
    public static byte[] Jpeg(int seed = 1, int width = 80, int height = 60) => Encode(SKEncodedImageFormat.Jpeg, seed, width, height);

    public static byte[] Png(int seed = 1, int width = 80, int height = 60) => Encode(SKEncodedImageFormat.Png, seed, width, height);

    private static byte[] Encode(SKEncodedImageFormat format, int seed, int width, int height)
    {
        Random random = new(seed);
        using SKBitmap bitmap = new(width, height);
        using SKCanvas canvas = new(bitmap);
        canvas.Clear(Color(random));
        for (int i = 0; i < 5; i++)
        {
            using SKPaint paint = new() { Color = Color(random) };
            canvas.DrawCircle(random.Next(width), random.Next(height), random.Next(5, 5 + (height / 2)), paint);
        }

        using SKData data = bitmap.Encode(format, 90);
        return data.ToArray();
    }

    private static SKColor Color(Random random) => new((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
}
