using SkiaSharp;

namespace ClockFunctions.Distill.Views;

/// <summary>
/// Renders augmented views of photos. A view shows the teacher and the student the same picture, so
/// the augmentation may be as strong as one likes: it need not keep any label.
/// </summary>
public sealed class ViewRenderer(int size)
{
    private static readonly SKSamplingOptions Upscale = new(SKCubicResampler.Mitchell);
    private static readonly SKSamplingOptions Downscale = new(SKFilterMode.Linear, SKMipmapMode.Linear);

    /// <summary>Draws a random view of <paramref name="photo"/>, perhaps with <paramref name="other"/> laid into it.</summary>
    /// <returns>An opaque RGBA bitmap; the caller disposes it.</returns>
    public SKBitmap Render(SKImage photo, SKImage other, Random random)
    {
        SKBitmap view = new(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using SKCanvas canvas = new(view);
        byte gray = (byte)random.Next(256);
        canvas.Clear(new SKColor(gray, gray, gray));
        Draw(canvas, photo, SKRect.Create(size, size), 1, random);
        if (random.NextDouble() < 0.25)
        {
            Mix(canvas, other, random);
        }

        canvas.Flush();
        if (random.NextDouble() < 0.15)
        {
            AddNoise(view, random);
        }

        return view;
    }

    /// <summary>The whole photo squashed to the square, as the scoring service sees it.</summary>
    public SKBitmap RenderPlain(SKImage photo)
    {
        SKBitmap view = new(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using SKCanvas canvas = new(view);
        canvas.DrawImage(
            photo, SKRect.Create(photo.Width, photo.Height), SKRect.Create(size, size), SamplingFor(size / (float)photo.Width));
        canvas.Flush();
        return view;
    }

    private static void Draw(SKCanvas canvas, SKImage photo, SKRect target, float opacity, Random random)
    {
        (float width, float height) = Crop(photo, random);
        float x = (float)random.NextDouble() * (photo.Width - width) + width / 2;
        float y = (float)random.NextDouble() * (photo.Height - height) + height / 2;
        float degrees = random.NextDouble() < 0.4 ? Range(random, -25, 25) : 0;

        using SKPaint paint = new();
        using SKColorFilter? colors = random.NextDouble() < 0.8 ? Jitter(random) : null;
        using SKImageFilter? blur = random.NextDouble() < 0.1
            ? SKImageFilter.CreateBlur(Range(random, 0.5f, 2), Range(random, 0.5f, 2)) : null;
        paint.ColorFilter = colors;
        paint.ImageFilter = blur;
        paint.Color = SKColors.White.WithAlpha((byte)(opacity * 255));

        canvas.Save();
        canvas.ClipRect(target);
        canvas.Translate(target.MidX, target.MidY);
        canvas.RotateDegrees(degrees);
        canvas.Scale(target.Width / width, target.Height / height);
        canvas.Translate(-x, -y);
        canvas.DrawImage(photo, 0, 0, SamplingFor(target.Width / width), paint);
        canvas.Restore();
    }

    // A fifth of the views show the whole photo; the others are random resized crops.
    private static (float Width, float Height) Crop(SKImage photo, Random random)
    {
        if (random.NextDouble() < 0.2)
        {
            return (photo.Width, photo.Height);
        }

        float area = photo.Width * photo.Height * Range(random, 0.15f, 1);
        float ratio = MathF.Exp(Range(random, MathF.Log(0.6f), MathF.Log(1.8f)));
        return (Math.Min(photo.Width, MathF.Sqrt(area * ratio)), Math.Min(photo.Height, MathF.Sqrt(area / ratio)));
    }

    // Lays a second photo into a part of the view (after CutMix, Yun et al. 2019) or over all of it (mixup, Zhang et al. 2018).
    private void Mix(SKCanvas canvas, SKImage other, Random random)
    {
        if (random.NextDouble() < 0.3)
        {
            Draw(canvas, other, SKRect.Create(size, size), Range(random, 0.2f, 0.6f), random);
            return;
        }

        float width = size * Range(random, 0.3f, 0.8f);
        float height = width * Range(random, 0.75f, 1.33f);
        Draw(canvas, other,
            SKRect.Create((float)random.NextDouble() * (size - width), (float)random.NextDouble() * (size - height), width, height), 1,
            random);
    }

    private static SKSamplingOptions SamplingFor(float scale) => scale < 1 ? Downscale : Upscale;

    // Brightness, contrast and saturation at random, now and then grey; luma weights of BT.601.
    private static SKColorFilter Jitter(Random random)
    {
        float saturation = random.NextDouble() < 0.08 ? 0 : Range(random, 0.5f, 1.5f);
        float contrast = Range(random, 0.65f, 1.4f);
        float brightness = Range(random, -0.18f, 0.18f);
        float[] tint = [Range(random, 0.92f, 1.08f), Range(random, 0.92f, 1.08f), Range(random, 0.92f, 1.08f)];
        float[] luma = [0.299f, 0.587f, 0.114f];
        float[] matrix = new float[20];
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 3; column++)
            {
                float weight = (1 - saturation) * luma[column] + (row == column ? saturation : 0);
                matrix[row * 5 + column] = weight * contrast * tint[row];
            }

            matrix[row * 5 + 4] = 0.5f - 0.5f * contrast + brightness;
        }

        matrix[18] = 1;
        return SKColorFilter.CreateColorMatrix(matrix);
    }

    private static unsafe void AddNoise(SKBitmap view, Random random)
    {
        int amplitude = random.Next(4, 24);
        Span<byte> pixels = new((void*)view.GetPixels(), view.ByteCount);
        for (int i = 0; i < pixels.Length; i++)
        {
            if (i % 4 != 3)
            {
                // The sum of two uniform numbers: a triangle is close enough to a bell.
                pixels[i] = (byte)Math.Clamp(
                    pixels[i] + random.Next(-amplitude, amplitude + 1) + random.Next(-amplitude, amplitude + 1), 0, 255);
            }
        }
    }

    private static float Range(Random random, float low, float high) => low + (high - low) * (float)random.NextDouble();
}
