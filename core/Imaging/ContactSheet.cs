using SkiaSharp;

namespace ClockFunctions.Core.Imaging;

/// <summary>A grid of captioned pictures as one PNG.</summary>
public static class ContactSheet
{
    /// <summary>Frame colours that are told apart by colour-blind eyes too (Okabe and Ito 2008), for labels in their order.</summary>
    public static IReadOnlyList<int> LabelColors { get; } =
        [0x0072B2, 0xE69F00, 0x009E73, 0xCC79A7, 0x56B4E9, 0xD55E00, 0xF0E442, 0x000000];

    private const int Margin = 12;
    private const int Gap = 12;
    private const int Frame = 4;
    private const int TitleHeight = 30;
    private const int CaptionHeight = 22;
    private const float TitleSize = 18;
    private const float CaptionSize = 13;

    private static readonly SKColor Paper = new(0xFA, 0xFA, 0xFA);
    private static readonly SKColor Ink = new(0x22, 0x22, 0x22);

    /// <summary>Draws the sheet.</summary>
    /// <param name="tiles">The pictures, row by row.</param>
    /// <param name="columns">Pictures a row.</param>
    /// <param name="side">Side in pixels of the square that each picture is fitted into.</param>
    /// <param name="title">One line above; null: none.</param>
    /// <returns>A PNG.</returns>
    /// <exception cref="ImageException">A tile's picture is none.</exception>
    public static byte[] Png(IReadOnlyList<SheetTile> tiles, int columns, int side, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 16);
        ArgumentOutOfRangeException.ThrowIfZero(tiles.Count);

        int rows = (tiles.Count + columns - 1) / columns;
        int top = Margin + (title is null ? 0 : TitleHeight);
        int cellWidth = side + (2 * Frame) + Gap;
        int cellHeight = side + (2 * Frame) + CaptionHeight + Gap;
        int used = Math.Min(columns, tiles.Count);
        SKImageInfo size = new(
            (2 * Margin) + (used * cellWidth) - Gap, top + (rows * cellHeight) - Gap + Margin, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKSurface surface = SKSurface.Create(size);
        using SKTypeface face = TextFont.CreateTypeface();
        SKCanvas canvas = surface.Canvas;
        canvas.Clear(Paper);
        if (title is not null)
        {
            Write(canvas, face, title, TitleSize, Margin, Margin + TitleSize, size.Width - (2 * Margin));
        }

        ImageDecoder decoder = new(new ImageLimits());
        for (int i = 0; i < tiles.Count; i++)
        {
            SKPoint at = new(Margin + (i % columns * cellWidth), top + (i / columns * cellHeight));
            Draw(canvas, face, decoder, tiles[i], side, at);
        }

        using SKImage sheet = surface.Snapshot();
        using SKData data = sheet.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static void Draw(SKCanvas canvas, SKTypeface face, ImageDecoder decoder, SheetTile tile, int side, SKPoint at)
    {
        using DecodedImage image = decoder.Decode(tile.Picture, side);
        using SKBitmap picture = Thumbnails.Fit(image.Pixels, side);
        float left = at.X + Frame + ((side - picture.Width) / 2);
        float top = at.Y + Frame + ((side - picture.Height) / 2);
        if (tile.Border is { } border)
        {
            using SKPaint paint = new() { Color = new SKColor((uint)border | 0xFF000000) };
            canvas.DrawRect(left - Frame, top - Frame, picture.Width + (2 * Frame), picture.Height + (2 * Frame), paint);
        }

        canvas.DrawBitmap(picture, left, top);
        Write(canvas, face, tile.Caption, CaptionSize, at.X + Frame, at.Y + side + (2 * Frame) + CaptionSize + 3, side);
    }

    private static void Write(SKCanvas canvas, SKTypeface face, string text, float size, float x, float baseline, float width)
    {
        using SKFont font = new(face, size) { Subpixel = true };
        using SKPaint paint = new() { Color = Ink, IsAntialias = true };
        int length = text.Length;
        while (length > 0 && font.MeasureText(Cut()) > width)
        {
            length--;
        }

        canvas.DrawText(Cut(), x, baseline, font, paint);

        string Cut() => length == text.Length ? text : text[..length] + "…";
    }
}
