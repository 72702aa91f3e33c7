using SkiaSharp;

namespace ClockFunctions.Samples;

/// <summary>Small, flat pictures without any scene around the thing, for tests that need many of them soon.</summary>
public static class Picture
{
    /// <summary>An encoded picture; the shorter side is 2 units of the sketch long.</summary>
    public static byte[] Encode(int width, int height, SKEncodedImageFormat format, SampleRandom random, Action<Sketch> draw)
    {
        using SKBitmap bitmap = new(width, height);
        using (SKCanvas canvas = new(bitmap))
        {
            canvas.Translate(width / 2f, height / 2f);
            canvas.Scale(Math.Min(width, height) / 2f);
            draw(new Sketch(canvas, random));
        }

        using SKData data = bitmap.Encode(format, 90);
        return data.ToArray();
    }
}
