using SkiaSharp;

namespace ClockFunctions.Samples;

/// <summary>Walls, tables and rooms to put things before; chosen without regard to the thing.</summary>
internal static class Backdrop
{
    public static void Draw(SKCanvas canvas, SampleRandom random, int width, int height)
    {
        SKColor color = random.Chance(0.5) ? Palette.Pale(random) : Palette.Any(random);
        Gradient(canvas, random, color, width, height);
        switch (random.Whole(0, 7))
        {
            case 0:
                Planks(canvas, random, width, height);
                break;
            case 1:
                Tiles(canvas, random, color, width, height, brick: true);
                break;
            case 2:
                Tiles(canvas, random, color, width, height, brick: false);
                break;
            case 3:
                Stripes(canvas, random, color, width, height);
                break;
            case 4:
                Bokeh(canvas, random, width, height);
                break;
            case 5:
                Room(canvas, random, width, height);
                break;
            case 6:
                Clutter(canvas, random, width, height);
                break;
            default:
                break; // the plain wall
        }
    }

    private static void Gradient(SKCanvas canvas, SampleRandom random, SKColor color, int width, int height)
    {
        using SKShader shader = SKShader.CreateLinearGradient(
            new SKPoint(random.Between(0, width), 0), new SKPoint(random.Between(0, width), height),
            [Palette.Shade(color, random.Between(0, 14)), Palette.Shade(color, random.Between(-22, 0))], SKShaderTileMode.Clamp);
        using SKPaint paint = new() { Shader = shader };
        canvas.DrawRect(0, 0, width, height, paint);
    }

    private static void Planks(SKCanvas canvas, SampleRandom random, int width, int height)
    {
        SKColor wood = Palette.Wood(random);
        canvas.Save();
        canvas.RotateDegrees(random.Between(-12, 12) + random.Pick(0, 90), width / 2f, height / 2f);
        float plank = random.Between(24, 70);
        for (float y = -width; y < width + height; y += plank)
        {
            SKColor color = Palette.Shade(wood, random.Between(-7, 7));
            using SKPaint paint = Sketch.Filled(color);
            canvas.DrawRect(-width, y, 3 * width, plank - 1, paint);
            for (int grain = 0; grain < 9; grain++)
            {
                float at = y + random.Between(2, plank - 2);
                using SKPaint line = Sketch.Stroked(Palette.Shade(color, random.Between(-10, 4)), random.Between(0.5f, 1.6f));
                using SKPath path = new();
                path.MoveTo(-width, at);
                path.CubicTo(0, at + random.Between(-6, 6), width, at + random.Between(-6, 6), 2 * width, at);
                canvas.DrawPath(path, line);
            }
        }

        canvas.Restore();
    }

    private static void Tiles(SKCanvas canvas, SampleRandom random, SKColor color, int width, int height, bool brick)
    {
        float tileWidth = random.Between(28, 80);
        float tileHeight = brick ? tileWidth * 0.4f : tileWidth;
        SKColor tile = brick && random.Chance(0.6)
            ? SKColor.FromHsl(random.Between(5, 22), random.Between(30, 55), random.Between(30, 50))
            : color;
        canvas.Clear(Palette.Shade(tile, random.Pick(-18f, 20f)));
        canvas.Save();
        canvas.RotateDegrees(random.Bell() * 3, width / 2f, height / 2f);
        for (int row = -2; row * tileHeight < height + 60; row++)
        {
            for (float x = -60 - (brick && row % 2 == 0 ? tileWidth / 2 : 0); x < width + 60; x += tileWidth)
            {
                using SKPaint paint = Sketch.Filled(Palette.Shade(tile, random.Between(-5, 5)));
                canvas.DrawRoundRect(x + 1, (row * tileHeight) + 1, tileWidth - 2.5f, tileHeight - 2.5f, 1.5f, 1.5f, paint);
            }
        }

        canvas.Restore();
    }

    private static void Stripes(SKCanvas canvas, SampleRandom random, SKColor color, int width, int height)
    {
        SKColor other = random.Chance(0.5) ? Palette.Shade(color, random.Pick(-14f, 14f)) : Palette.Any(random);
        bool checks = random.Chance(0.5);
        float step = random.Between(14, 46);
        canvas.Save();
        canvas.RotateDegrees(random.Pick(0f, 45f, 90f) + random.Bell(), width / 2f, height / 2f);
        using SKPaint paint = Sketch.Filled(other.WithAlpha(checks ? (byte)110 : (byte)200));
        for (float at = -width - height; at < width + height; at += step * 2)
        {
            canvas.DrawRect(at, -width - height, step, 3 * (width + height), paint);
            if (checks)
            {
                canvas.DrawRect(-width - height, at, 3 * (width + height), step, paint);
            }
        }

        canvas.Restore();
    }

    /// <summary>A room out of focus.</summary>
    private static void Bokeh(SKCanvas canvas, SampleRandom random, int width, int height)
    {
        using SKImageFilter blur = SKImageFilter.CreateBlur(14, 14, SKShaderTileMode.Clamp);
        using SKPaint layer = new() { ImageFilter = blur };
        canvas.SaveLayer(layer);
        for (int i = random.Whole(8, 22); i > 0; i--)
        {
            using SKPaint paint = Sketch.Filled(Palette.Any(random).WithAlpha((byte)random.Whole(90, 220)));
            (float x, float y, float size) = (random.Between(0, width), random.Between(0, height), random.Between(12, 70));
            if (random.Chance(0.5))
            {
                canvas.DrawCircle(x, y, size, paint);
            }
            else
            {
                canvas.DrawRect(x - size, y - size, size * random.Between(0.6f, 2.5f), size * random.Between(0.6f, 2.5f), paint);
            }
        }

        canvas.Restore();
    }

    /// <summary>A wall, a table edge, and what stands on it.</summary>
    private static void Room(SKCanvas canvas, SampleRandom random, int width, int height)
    {
        float edge = height * random.Between(0.6f, 0.85f);
        SKColor table = random.Chance(0.6) ? Palette.Wood(random) : Palette.Body(random);
        for (int i = random.Whole(0, 5); i > 0; i--)
        {
            float x = random.Between(0, width);
            float tall = random.Between(20, height * 0.45f);
            using SKPaint thing = Sketch.Filled(Palette.Any(random));
            canvas.DrawRoundRect(x, edge - tall, random.Between(10, 40), tall, 3, 3, thing);
        }

        using SKShader shader = SKShader.CreateLinearGradient(
            new SKPoint(0, edge), new SKPoint(0, height), [Palette.Shade(table, 8), Palette.Shade(table, -14)], SKShaderTileMode.Clamp);
        using SKPaint paint = new() { Shader = shader };
        canvas.DrawRect(0, edge, width, height - edge, paint);
    }

    /// <summary>Other things lying about, round ones too.</summary>
    private static void Clutter(SKCanvas canvas, SampleRandom random, int width, int height)
    {
        for (int i = random.Whole(5, 16); i > 0; i--)
        {
            using SKPaint paint = Sketch.Filled(Palette.Body(random));
            (float x, float y, float size) = (random.Between(0, width), random.Between(0, height), random.Between(10, 55));
            canvas.Save();
            canvas.RotateDegrees(random.Between(0, 360), x, y);
            switch (random.Whole(0, 2))
            {
                case 0:
                    canvas.DrawCircle(x, y, size * 0.7f, paint);
                    break;
                case 1:
                    canvas.DrawRoundRect(x - size, y - (size / 2), size * 2, size, 3, 3, paint);
                    break;
                default:
                    canvas.DrawRoundRect(x - (size * 1.2f), y - 3, size * 2.4f, 6, 3, 3, paint);
                    break;
            }

            canvas.Restore();
        }
    }
}
