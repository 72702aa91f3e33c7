using System.Globalization;
using System.Security.Cryptography;
using ClockFunctions.Bench.Service;
using ClockFunctions.Cli;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Storage.Features;
using ClockFunctions.Core.Training;
using ClockFunctions.Core.Training.Features;
using ClockFunctions.Core.Training.Folders;
using Microsoft.Extensions.DependencyInjection;

namespace ClockFunctions.Bench.Scale;

/// <summary>
/// Fills a storage with any number of images that are already ingested: small pictures as blobs, and for each a row of
/// features mixed from those of two photos of its label.
/// </summary>
public sealed class ScaleStorage : IDisposable
{
    /// <summary>Photos to mix from: two of 600 make 180,000 pairs.</summary>
    private const int Sources = 600;

    /// <summary>Side of the pictures in pixels: 1 kB, which a report can still show.</summary>
    private const int Side = 48;

    /// <summary>Rows of a full pack of the shipped backbone: 16 MiB.</summary>
    private const int BlockRows = 1786;

    /// <summary>Share of its value by which a feature is off the mixture: what two photos never share.</summary>
    private const float Noise = 0.1f;

    private readonly TemporaryStorage _storage;
    private readonly ServiceProvider _parts;
    private readonly IReadOnlyList<(TrainingExample Example, float[] Row, byte[] Picture)> _sources;
    private readonly Dictionary<string, float[][]> _byLabel;
    private readonly float[] _noise;
    private int _filled;

    private ScaleStorage(TemporaryStorage storage, ServiceProvider parts, IReadOnlyList<(TrainingExample, float[], byte[])> sources)
    {
        (_storage, _parts, _sources) = (storage, parts, sources);
        _byLabel = _sources.GroupBy(source => source.Example.Image.Label, source => source.Row)
            .ToDictionary(label => label.Key, label => label.ToArray());
        Random random = new(1);
        _noise = [.. Enumerable.Range(0, 1 << 16).Select(_ => 1 + (Noise * ((2 * random.NextSingle()) - 1)))];
    }

    /// <summary>Computes the features of the photos.</summary>
    public static ScaleStorage Open(BenchOptions options, TemporaryStorage storage)
    {
        ServiceProvider parts = Parts.On(options, storage.ConnectionString);
        ClassifierOptions settings = parts.GetRequiredService<ClassifierOptions>();
        ImageFolder photos = options.Labelled();
        (Backbone backbone, FeatureExtractor extractor) = FolderReading.Open(settings);
        using (backbone)
        {
            FolderFeatures features = FolderFeatures.Extract(
                photos with { Images = [.. photos.Images.Take(Sources)] },
                new RowExtractor(extractor, HeadTraining.Augmentation, settings.Training.Views, settings.Training.Seed),
                cache: null, progress: null, CancellationToken.None);
            ImageDecoder decoder = new(settings.Images);
            return new ScaleStorage(storage, parts, [.. features.Set.Examples.Zip(features.Folder.Images, (example, image) =>
                (example, RowOf(example), Thumbnails.Jpeg(decoder, File.ReadAllBytes(image.File), Side)))]);
        }
    }

    /// <summary>Adds images until there are this many.</summary>
    public async Task FillAsync(int images)
    {
        FeatureCache cache = _parts.GetRequiredService<FeatureCache>();
        for (; _filled < images; _filled = Math.Min(images, _filled + BlockRows))
        {
            int count = Math.Min(BlockRows, images - _filled);
            (KnownBlob Blob, FeatureRow Row)[] added = new (KnownBlob, FeatureRow)[count];
            ParallelOptions parallel = new() { MaxDegreeOfParallelism = FolderPush.DefaultConcurrency };
            await Parallel.ForAsync(0, count, parallel, async (i, _) => added[i] = await AddAsync(_filled + i));
            await cache.AppendAsync(
                new FeatureBlock([.. added.Select(image => image.Blob)], [.. added.Select(image => image.Row)]), CancellationToken.None);
        }
    }

    public void Dispose() => _parts.Dispose();

    private async Task<(KnownBlob Blob, FeatureRow Row)> AddAsync(int number)
    {
        Random random = new(number);
        (TrainingExample example, float[] row, byte[] picture) = _sources[random.Next(_sources.Count)];
        string label = example.Image.Label;
        byte[] content = NumberedJpeg.Of(picture, number);

        TrainingBlob blob = await _storage.Training.AddAsync(
            string.Create(CultureInfo.InvariantCulture, $"{label}/{number:000000}.jpg"), new BinaryData(content), "image/jpeg",
            CancellationToken.None);
        string hash = Convert.ToHexStringLower(SHA256.HashData(content));
        return (new KnownBlob(blob.Name, blob.Version, blob.Length, hash), new FeatureRow(hash, Mix(row, _byLabel[label], random)));
    }

    private Half[] Mix(float[] one, float[][] others, Random random)
    {
        float[] other = others[random.Next(others.Length)];
        float share = 0.5f + (random.NextSingle() / 2);
        float[] mixed = new float[one.Length];
        int noise = random.Next(_noise.Length);
        for (int i = 0; i < mixed.Length; i++)
        {
            mixed[i] = ((share * one[i]) + ((1 - share) * other[i])) * _noise[(noise + i) % _noise.Length];
        }

        Half[] row = new Half[mixed.Length];
        HalfRow.Write(mixed, row);
        return row;
    }

    private static float[] RowOf(TrainingExample example)
    {
        float[] row = new float[example.Features.Length + example.Probabilities.Length];
        HalfRow.Read(example.Features.Span, row);
        HalfRow.Read(example.Probabilities.Span, row.AsSpan(example.Features.Length));
        return row;
    }
}
