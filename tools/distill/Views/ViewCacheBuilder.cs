using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ClockFunctions.Core.Imaging;
using SkiaSharp;

namespace ClockFunctions.Distill.Views;

/// <summary>
/// Fills a view cache. View i depends on the seed, i and the photos alone, and the manifest counts
/// finished views, so a run that was cut off goes on where it stopped.
/// </summary>
public sealed class ViewCacheBuilder(
    CacheOptions options, IReadOnlyList<Photo> photos, Teacher teacher, string teacherHash, Action<string> report)
{
    private const int Batch = 32;

    private readonly ViewRenderer _renderer = new(teacher.Size);
    private readonly Photo[] _training = [.. photos.Where(photo => !HeldOut(photo, options.HoldOutEvery))];
    private readonly Photo[] _validation = [.. photos.Where(photo => HeldOut(photo, options.HoldOutEvery))];

    public void Build(string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        CacheManifest manifest = Begin(folder);
        using FileStream views = File.Open(ViewCache.ViewsPath(folder), FileMode.OpenOrCreate);
        using FileStream targets = File.Open(ViewCache.TargetsPath(folder), FileMode.OpenOrCreate);
        views.SetLength((long)manifest.Done * manifest.ViewBytes);
        targets.SetLength((long)manifest.Done * manifest.TargetLength * 2);
        views.Seek(0, SeekOrigin.End);
        targets.Seek(0, SeekOrigin.End);

        Stopwatch watch = Stopwatch.StartNew();
        int first = manifest.Done;
        byte[] bytes = new byte[Batch * manifest.ViewBytes];
        while (manifest.Done < manifest.Total && !cancellation.IsCancellationRequested)
        {
            int start = manifest.Done;
            int count = Math.Min(Batch, manifest.Total - start);
            float[] input = new float[count * teacher.InputLength];
            Parallel.For(0, count, i => RenderInto(start + i, manifest.Validation, input, bytes, i));
            (float[] features, float[] logits) = teacher.Run(input, count);

            views.Write(bytes, 0, count * manifest.ViewBytes);
            for (int i = 0; i < count; i++)
            {
                WriteHalves(targets, features.AsSpan(i * manifest.Features, manifest.Features));
                WriteHalves(targets, logits.AsSpan(i * manifest.Classes, manifest.Classes));
            }

            manifest = manifest with { Done = start + count };
            if (manifest.Done / 1024 != start / 1024 || manifest.Done == manifest.Total)
            {
                views.Flush();
                targets.Flush();
                Write(folder, manifest);
                double rate = (manifest.Done - first) / watch.Elapsed.TotalSeconds;
                report($"{manifest.Done} of {manifest.Total} views, {rate:F0} a second, " +
                    $"{(manifest.Total - manifest.Done) / rate / 60:F1} minutes left");
            }
        }
    }

    private CacheManifest Begin(string folder)
    {
        (float[] features, float[] logits) = teacher.Run(new float[teacher.InputLength], 1);
        int validation = _validation.Length * options.ValidationViews;
        CacheManifest fresh = new()
        {
            Options = options,
            Photos = Convert.ToHexStringLower(
                SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(photos.Select(photo => photo.Content))))),
            Teacher = teacherHash,
            PhotoCount = photos.Count,
            Validation = validation,
            Total = validation + options.Views,
            Features = features.Length,
            Classes = logits.Length,
        };
        if (!File.Exists(ViewCache.ManifestPath(folder)))
        {
            return fresh;
        }

        CacheManifest found = ViewCache.ReadManifest(folder);
        return fresh with { Done = found.Done } == found
            ? found
            : throw new InvalidDataException(
                $"{folder} holds a cache made with other photos, another teacher or other options: choose another folder.");
    }

    private void RenderInto(int view, int validation, float[] input, byte[] bytes, int slot)
    {
        Random random = new(HashCode(options.Seed, view));
        using SKBitmap rendered = view < validation ? RenderValidation(view, random) : RenderTraining(view - validation, random);
        int size = options.StudentSize * options.StudentSize * 3;
        Pixels.Write(rendered, options.StudentSize, bytes.AsSpan(slot * size, size));
        using PixelBuffer pixels = Pixels.Of(rendered);
        teacher.Prepare(pixels, input.AsSpan(slot * teacher.InputLength, teacher.InputLength));
    }

    private SKBitmap RenderTraining(int view, Random random)
    {
        using SKImage photo = SKImage.FromEncodedData(_training[view % _training.Length].Path);
        using SKImage other = SKImage.FromEncodedData(_training[random.Next(_training.Length)].Path);
        return _renderer.Render(photo, other, random);
    }

    // The first view of a held-out photo is the photo as the service sees it, the others are augmented.
    private SKBitmap RenderValidation(int view, Random random)
    {
        using SKImage photo = SKImage.FromEncodedData(_validation[view / options.ValidationViews].Path);
        using SKImage other = SKImage.FromEncodedData(_validation[random.Next(_validation.Length)].Path);
        return view % options.ValidationViews == 0 ? _renderer.RenderPlain(photo) : _renderer.Render(photo, other, random);
    }

    private static bool HeldOut(Photo photo, int every) => Convert.ToUInt32(photo.Content[..8], 16) % (uint)every == 0;

    // Not System.HashCode, which is seeded anew by every process. Mixer: Steele et al., "SplitMix" (2014).
    private static int HashCode(int seed, int index)
    {
        ulong mixed = ((ulong)(uint)seed << 32 | (uint)index) + 0x9e3779b97f4a7c15;
        mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
        return (int)(mixed ^ mixed >> 31);
    }

    private static void WriteHalves(Stream stream, ReadOnlySpan<float> values)
    {
        Span<Half> halves = new Half[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            halves[i] = (Half)values[i];
        }

        stream.Write(MemoryMarshal.AsBytes(halves));
    }

    private static void Write(string folder, CacheManifest manifest)
    {
        string fresh = ViewCache.ManifestPath(folder) + ".new";
        File.WriteAllBytes(fresh, JsonSerializer.SerializeToUtf8Bytes(manifest, Core.Json.Indented));
        File.Move(fresh, ViewCache.ManifestPath(folder), overwrite: true);
    }
}
