using SkiaSharp;

namespace ClockFunctions.Samples;

/// <summary>Puts one thing before a backdrop and photographs it: perspective, shadow, light, blur, noise, JPEG.</summary>
internal static class Scene
{
    /// <summary>How far the camera is, in half-sizes of the thing: near enough that a tilt shows.</summary>
    private const float CameraDistance = 5;

    public static byte[] Jpeg(SampleRandom random, Stage stage, Action<Sketch> draw)
    {
        int longSide = random.Whole(240, 400);
        int shortSide = (int)(longSide * random.Pick(1f, 0.8f, 0.75f, 0.667f, 0.6f));
        (int width, int height) = random.Chance(0.7) ? (longSide, shortSide) : (shortSide, longSide);
        using SKBitmap photo = new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (SKCanvas canvas = new(photo))
        {
            stage.Backdrop(canvas, random, width, height);
            DrawThing(canvas, random, stage, draw, width, height);
            Light(canvas, random, width, height);
        }

        return Develop(photo, random);
    }

    private static void DrawThing(SKCanvas canvas, SampleRandom random, Stage stage, Action<Sketch> draw, int width, int height)
    {
        float scale = Math.Min(width, height) * random.Between(0.24f, 0.46f);
        float x = (width / 2f) + (random.Bell() * width * 0.07f);
        float y = (height / 2f) + (random.Bell() * height * 0.06f);
        using SKPaint shadow = new();
        float depth = random.Between(2, 9);
        using SKImageFilter filter = SKImageFilter.CreateDropShadow(
            random.Between(-6, 6), random.Between(1, 8), depth, depth, SKColors.Black.WithAlpha((byte)random.Whole(70, 170)));
        shadow.ImageFilter = filter;
        canvas.SaveLayer(shadow);
        canvas.Concat(Camera(random, scale, x, y));
        canvas.RotateDegrees(stage.Turn(random));
        draw(new Sketch(canvas, random));
        if (random.Chance(0.3))
        {
            Glare(canvas, random);
        }

        canvas.Restore();
    }

    /// <summary>The picture of a flat thing that is turned about all three axes.</summary>
    private static SKMatrix Camera(SampleRandom random, float scale, float x, float y)
    {
        float tilt = random.Chance(0.25) ? 0 : 1;
        (float sinX, float cosX) = MathF.SinCos(random.Bell() * 0.35f * tilt);
        (float sinY, float cosY) = MathF.SinCos(random.Bell() * 0.35f * tilt);
        (float sinZ, float cosZ) = MathF.SinCos(random.Bell() * 0.16f * tilt);

        // Rows of Rx · Ry · Rz for a point (u, v, 0); depth over camera distance makes the perspective.
        (float a, float b) = (cosY * cosZ, -cosY * sinZ);
        (float c, float d) = ((cosX * sinZ) + (sinX * sinY * cosZ), (cosX * cosZ) - (sinX * sinY * sinZ));
        (float e, float f) = ((sinX * sinZ) - (cosX * sinY * cosZ), (sinX * cosZ) + (cosX * sinY * sinZ));
        (float p, float q) = (e / CameraDistance, f / CameraDistance);
        return new SKMatrix(
            (scale * a) + (x * p), (scale * b) + (x * q), x,
            (scale * c) + (y * p), (scale * d) + (y * q), y,
            p, q, 1);
    }

    private static void Glare(SKCanvas canvas, SampleRandom random)
    {
        float left = random.Between(-0.8f, 0.2f);
        using SKPath path = new();
        path.MoveTo(left, -0.7f);
        path.LineTo(left + random.Between(0.15f, 0.4f), -0.75f);
        path.LineTo(left - 0.1f, 0.7f);
        path.LineTo(left - 0.3f, 0.6f);
        path.Close();
        using SKPaint paint = Sketch.Filled(SKColors.White.WithAlpha((byte)random.Whole(20, 70)));
        canvas.DrawPath(path, paint);
    }

    /// <summary>Light from one side, and darker corners.</summary>
    private static void Light(SKCanvas canvas, SampleRandom random, int width, int height)
    {
        SKPoint sun = new(random.Between(0, width), random.Between(0, height * 0.6f));
        byte bright = (byte)random.Whole(0, 60);
        byte dark = (byte)random.Whole(0, 120);
        using SKShader shader = SKShader.CreateRadialGradient(
            sun, Math.Max(width, height) * random.Between(0.8f, 1.2f),
            [SKColors.White.WithAlpha(bright), SKColors.Transparent, SKColors.Black.WithAlpha(dark)], [0, 0.45f, 1],
            SKShaderTileMode.Clamp);
        using SKPaint paint = new() { Shader = shader };
        canvas.DrawRect(0, 0, width, height, paint);
        using SKPaint tint = new() { Color = Palette.Any(random).WithAlpha((byte)random.Whole(0, 28)) };
        canvas.DrawRect(0, 0, width, height, tint);
    }

    private static byte[] Develop(SKBitmap photo, SampleRandom random)
    {
        using SKBitmap blurred = new(photo.Info);
        float blur = random.Chance(0.6) ? random.Between(0, 0.5f) : random.Between(0.5f, 1.6f);
        using (SKCanvas canvas = new(blurred))
        using (SKImageFilter filter = SKImageFilter.CreateBlur(blur, blur, SKShaderTileMode.Clamp))
        using (SKPaint paint = new() { ImageFilter = blur > 0.2f ? filter : null })
        {
            canvas.DrawBitmap(photo, 0, 0, paint);
        }

        float noise = random.Between(0, 9);
        float colorNoise = noise * 0.4f;
        Span<byte> pixels = blurred.GetPixelSpan();
        for (int i = 0; i < pixels.Length; i += 4)
        {
            float grain = random.Bell() * noise;
            pixels[i] = Level(pixels[i] + grain + (random.Bell() * colorNoise));
            pixels[i + 1] = Level(pixels[i + 1] + grain);
            pixels[i + 2] = Level(pixels[i + 2] + grain + (random.Bell() * colorNoise));
        }

        using SKData data = blurred.Encode(SKEncodedImageFormat.Jpeg, random.Whole(68, 92));
        return data.ToArray();
    }

    private static byte Level(float value) => (byte)Math.Clamp(value, 0, 255);
}
