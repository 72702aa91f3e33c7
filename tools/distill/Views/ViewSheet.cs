using SkiaSharp;

namespace ClockFunctions.Distill.Views;

/// <summary>A picture of the first training views: one look tells whether the augmentation is sane.</summary>
public static class ViewSheet
{
    private const int Columns = 10;
    private const int Rows = 6;

    public static void Write(ViewCache cache, string file)
    {
        int size = cache.Manifest.Options.StudentSize;
        int count = Math.Min(Columns * Rows, cache.Manifest.Total - cache.Manifest.Validation);
        using SKBitmap sheet = new(new SKImageInfo(Columns * size, Rows * size, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Span<byte> rgba = Writable(sheet);
        byte[] view = new byte[cache.Manifest.ViewBytes];
        for (int i = 0; i < count; i++)
        {
            cache.ReadView(cache.Manifest.Validation + i, view);
            for (int pixel = 0; pixel < size * size; pixel++)
            {
                int y = i / Columns * size + pixel / size;
                int x = i % Columns * size + pixel % size;
                Span<byte> target = rgba.Slice(y * sheet.RowBytes + x * 4, 4);
                view.AsSpan(pixel * 3, 3).CopyTo(target);
                target[3] = 255;
            }
        }

        using FileStream stream = File.Create(file);
        sheet.Encode(stream, SKEncodedImageFormat.Png, 90);
    }

    private static unsafe Span<byte> Writable(SKBitmap bitmap) => new((void*)bitmap.GetPixels(), bitmap.ByteCount);
}
