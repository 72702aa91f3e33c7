using System.Text;
using ClockFunctions.Core.Backbones.Onnx;
using ClockFunctions.Core.Heads;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Pbm;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tga;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Tiff.Constants;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;

namespace ClockFunctions.Fuzz;

/// <summary>The seeds in the repository: one small good input of each kind, from which a fuzzer starts.</summary>
internal static class Seeds
{
    private const int Side = 8;

    private static readonly IReadOnlyDictionary<string, IImageEncoder> Encoders = new Dictionary<string, IImageEncoder>
    {
        ["png"] = new PngEncoder(),
        ["interlaced.png"] = new PngEncoder { InterlaceMethod = PngInterlaceMode.Adam7, ColorType = PngColorType.Palette },
        ["gif"] = new GifEncoder(),
        ["bmp"] = new BmpEncoder(),
        ["palette.bmp"] = new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel8 },
        ["tga"] = new TgaEncoder { Compression = TgaCompression.RunLength },
        ["ppm"] = new PbmEncoder(),
        ["jpeg"] = new JpegEncoder(),
        ["webp"] = new WebpEncoder(),
        ["lzw.tiff"] = new TiffEncoder { Compression = TiffCompression.Lzw },
        ["deflate.tiff"] = new TiffEncoder { Compression = TiffCompression.Deflate },
        ["packbits.tiff"] = new TiffEncoder { Compression = TiffCompression.PackBits },
        ["fax.tiff"] = new TiffEncoder { Compression = TiffCompression.CcittGroup3Fax, BitsPerPixel = TiffBitsPerPixel.Bit1 },
    };

    public static void Write(string folder)
    {
        foreach ((string name, IImageEncoder encoder) in Encoders)
        {
            using MemoryStream encoded = new();
            using Image<Rgb24> picture = Picture();
            picture.Save(encoded, encoder);
            Save(folder, "image", name, encoded.ToArray());
        }

        Save(folder, "head", "three", HeadFile.Write([1f, -2f, 0.5f], 0.25f));
        Save(folder, "block", "index", Encoding.UTF8.GetBytes(
            """1{"blobs":[{"name":"clock/a.jpg","version":"0x1","length":3,"contentHash":"ab"}],"rows":[]}"""));
        Save(folder, "block", "file", [.. "0"u8, .. new byte[7], .. "{}"u8]);
        Save(folder, "onnx", "gemm", Model());
        Save(folder, "form", "two", Encoding.UTF8.GetBytes(
            "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a.jpg\"\r\n\r\nbytes\r\n" +
            "--b\r\nContent-Disposition: form-data; name=c; filename*=UTF-8''d\r\nContent-Type: image/png\r\n\r\nmore\r\n--b--\r\n"));
        Save(folder, "form", "field", Encoding.UTF8.GetBytes("--b\r\nContent-Disposition: form-data; name=a\r\n\r\nno file\r\n--b--\r\n"));
        Save(folder, "rule", "folder", Encoding.UTF8.GetBytes("folder\nclock/a.jpg"));
        Save(folder, "rule", "regex", Encoding.UTF8.GetBytes("regex:^a[0-9]+_=x;b|c*=y;*=clock\nsome/a12_.jpg"));
    }

    private static Image<Rgb24> Picture()
    {
        Image<Rgb24> picture = new(Side, Side);
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                picture[x, y] = new Rgb24((byte)(32 * x), (byte)(32 * y), (byte)((x ^ y) * 16));
            }
        }

        return picture;
    }

    private static byte[] Model()
    {
        OnnxGraphBuilder graph = new("seed");
        string image = graph.Input("image", OnnxType.Float, "N", 3, 8, 8);
        string pooled = graph.Node("Flatten", [graph.Node("GlobalAveragePool", [image])]);
        string weight = graph.Initializer("w", OnnxTensor.Int64([1, 2, 3], 3, 1));
        graph.Node("Gemm", [pooled, weight], [OnnxAttribute.Of("transB", 1L)], output: "scores");
        graph.Output("scores", OnnxType.Float, "N", 1);
        return graph.Build();
    }

    private static void Save(string folder, string target, string name, byte[] content)
    {
        Directory.CreateDirectory(Path.Combine(folder, target));
        File.WriteAllBytes(Path.Combine(folder, target, name), content);
    }
}
