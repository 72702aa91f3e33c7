using SkiaSharp;

namespace ClockFunctions.Tests.Support;

/// <summary>Drawings for tests that need many different images of two kinds that can be told apart.</summary>
public static class DrawnImage
{
    private const int Side = 80;

    /// <summary>A warm dial with two hands on a light ground, different for each seed.</summary>
    public static byte[] Clock(int seed)
    {
        Random random = new(seed);
        return Draw(canvas =>
        {
            canvas.Clear(new SKColor(Light(random), Light(random), Light(random)));
            using SKPaint paint = new()
            {
                Color = new SKColor(Light(random), (byte)random.Next(100, 160), (byte)random.Next(60)),
                IsAntialias = true,
            };
            canvas.DrawCircle(40 + random.Next(-6, 7), 40 + random.Next(-6, 7), random.Next(24, 34), paint);
            paint.Color = SKColors.Black;
            paint.StrokeWidth = 3;
            canvas.DrawLine(40, 40, 40 + random.Next(-20, 21), 40 + random.Next(-20, 21), paint);
            canvas.DrawLine(40, 40, 40 + random.Next(-12, 13), 40 + random.Next(-12, 13), paint);
        });
    }

    /// <summary>Cold bars on a dark ground, different for each seed.</summary>
    public static byte[] Other(int seed)
    {
        Random random = new(-1 - seed);
        return Draw(canvas =>
        {
            canvas.Clear(new SKColor(Dark(random), Dark(random), Dark(random)));
            using SKPaint paint = new()
            {
                Color = new SKColor(Dark(random), (byte)random.Next(60, 120), Light(random)),
                IsAntialias = true,
            };
            for (int i = 0; i < 4; i++)
            {
                canvas.DrawRect(random.Next(Side), 0, random.Next(3, 9), Side, paint);
            }
        });
    }

    /// <summary>The image of a label.</summary>
    public static byte[] Of(string label, int seed) => label == "clock" ? Clock(seed) : Other(seed);

    private static byte Light(Random random) => (byte)random.Next(180, 256);

    private static byte Dark(Random random) => (byte)random.Next(70);

    private static byte[] Draw(Action<SKCanvas> draw)
    {
        using SKBitmap bitmap = new(Side, Side);
        using (SKCanvas canvas = new(bitmap))
        {
            draw(canvas);
        }

        using SKData jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        return jpeg.ToArray();
    }
}
