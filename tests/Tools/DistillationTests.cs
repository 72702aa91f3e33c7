using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Distill;
using ClockFunctions.Distill.Student;
using ClockFunctions.Distill.Training;
using ClockFunctions.Distill.Views;

namespace ClockFunctions.Tests.Tools;

/// <summary>The whole of tools/distill on drawings, with a random network for a teacher: seconds, not hours.</summary>
public sealed class DistillationTests : IDisposable
{
    private static readonly CacheOptions Small = new() { Views = 96, StudentSize = 40, HoldOutEvery = 4, ValidationViews = 2 };

    private readonly string _folder = Directory.CreateTempSubdirectory("distill").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void AStudentLearnsWhatItsTeacherSays()
    {
        using ViewCache cache = Cache("learn");
        TrainOptions options = Options(views: 16 * 60);
        IReadOnlyList<ValidationPoint> curve = new Trainer(options, new BatchLoader([cache], options.Seed), Folder("run"), _ => { }).Run(
            CancellationToken.None);

        Assert.Equal(options.Steps, curve[^1].Step);
        Assert.True(curve[^1].Loss < 0.95 * curve[0].Loss, $"{curve[0].Loss} to {curve[^1].Loss}");
        Assert.True(curve[^1].Divergence < curve[0].Divergence, $"{curve[0].Divergence} to {curve[^1].Divergence}");
    }

    [Fact]
    public void AResumedRunEndsWhereAnUninterruptedOneDoes()
    {
        using ViewCache cache = Cache("resume");
        TrainOptions options = Options(views: 16 * 12);
        new Trainer(options, new BatchLoader([cache], options.Seed), Folder("whole"), _ => { }).Run(CancellationToken.None);

        using CancellationTokenSource interrupted = new();
        void StopInTheMiddle(string line)
        {
            if (line.StartsWith("step      5", StringComparison.Ordinal))
            {
                interrupted.Cancel();
            }
        }

        IReadOnlyList<ValidationPoint> first = new Trainer(
            options, new BatchLoader([cache], options.Seed), Folder("parts"), StopInTheMiddle).Run(interrupted.Token);
        Assert.Equal(5, first[^1].Step);
        new Trainer(options, new BatchLoader([cache], options.Seed), Folder("parts"), _ => { }).Run(CancellationToken.None);

        Assert.Equal(Weights("whole", cache), Weights("parts", cache));
    }

    [Fact]
    public void ARunWithOtherOptionsIsNotResumed()
    {
        using ViewCache cache = Cache("options");
        TrainOptions options = Options(views: 16);
        new Trainer(options, new BatchLoader([cache], options.Seed), Folder("run"), _ => { }).Run(CancellationToken.None);

        TrainOptions other = options with { Rate = 0.5 };
        InvalidDataException fault = Assert.Throws<InvalidDataException>(() =>
            new Trainer(other, new BatchLoader([cache], other.Seed), Folder("run"), _ => { }).Run(CancellationToken.None));
        Assert.Contains("belongs to a run with other options", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ACacheThatWasCutOffEndsWithTheSameBytes()
    {
        using Teacher teacher = Teacher();
        using ViewCache whole = Cache("whole", teacher);
        ViewCacheBuilder builder = Builder(teacher, Photos());
        using CancellationTokenSource interrupted = new();
        // Cancelled before the second batch: the manifest is not written yet, the files are.
        interrupted.Cancel();
        builder.Build(Folder("cut"), interrupted.Token);
        Assert.Contains(
            "no view cache", Assert.Throws<InvalidDataException>(() => ViewCache.Open(Folder("cut"))).Message, StringComparison.Ordinal);
        builder.Build(Folder("cut"), CancellationToken.None);

        foreach (string file in new[] { "views.bin", "targets.bin", "cache.json" })
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(Folder("whole"), file)), File.ReadAllBytes(Path.Combine(Folder("cut"), file)));
        }
    }

    [Fact]
    public void ExcludedPhotosAreNotLearnedFromUnderAnyNameOrSize()
    {
        IReadOnlyList<Photo> photos = Photos();
        string excluded = Directory.CreateDirectory(Folder("excluded")).FullName;
        File.Copy(photos[0].Path, Path.Combine(excluded, "renamed.jpg"));
        using (SkiaSharp.SKBitmap picture = SkiaSharp.SKBitmap.Decode(photos[1].Path))
        using (SkiaSharp.SKBitmap half = picture.Resize(
            new SkiaSharp.SKSizeI(picture.Width / 2, picture.Height / 2),
            new SkiaSharp.SKSamplingOptions(SkiaSharp.SKFilterMode.Linear, SkiaSharp.SKMipmapMode.Linear)))
        using (FileStream file = File.Create(Path.Combine(excluded, "smaller.png")))
        {
            half.Encode(file, SkiaSharp.SKEncodedImageFormat.Png, 100);
        }

        IReadOnlyList<Photo> kept = PhotoFolder.Without(photos, PhotoFolder.List([excluded], _ => { }));
        Assert.DoesNotContain(photos[0], kept);
        Assert.DoesNotContain(photos[1], kept);
        Assert.True(kept.Count >= photos.Count / 2);
    }

    [Fact]
    public void DrawingsRepeatForASeed()
    {
        new DrawingFolder([], seed: 9).Write(Folder("a"), 3);
        new DrawingFolder([], seed: 9).Write(Folder("b"), 3);
        new DrawingFolder([], seed: 10).Write(Folder("c"), 3);
        byte[][] Read(string name) => [.. Directory.GetFiles(Folder(name)).Order().Select(File.ReadAllBytes)];
        Assert.Equal(Read("a"), Read("b"));
        Assert.NotEqual(Read("a"), Read("c"));
    }

    private static TrainOptions Options(int views) => new()
    {
        Plan = "c8/2 r8 c16/2 p24",
        Size = 32,
        Views = views,
        Batch = 16,
        Rate = 0.005,
    };

    private ViewCache Cache(string name)
    {
        using Teacher teacher = Teacher();
        return Cache(name, teacher);
    }

    private ViewCache Cache(string name, Teacher teacher)
    {
        Builder(teacher, Photos()).Build(Folder(name), CancellationToken.None);
        return ViewCache.Open(Folder(name));
    }

    private static ViewCacheBuilder Builder(Teacher teacher, IReadOnlyList<Photo> photos) =>
        new(Small, photos, teacher, "teacher", _ => { });

    private IReadOnlyList<Photo> Photos()
    {
        new DrawingFolder([], seed: 4).Write(Folder("photos"), 24);
        return PhotoFolder.List([Folder("photos")], _ => { });
    }

    private Teacher Teacher()
    {
        FoldedNetwork network = FoldedNetwork.Random(StudentPlan.Parse("c8/4 c16/4 p32"), ImageNetClasses.Count, seed: 2);
        string file = Folder("teacher.onnx");
        File.WriteAllBytes(file, OnnxExport.Write(network, WeightFormat.ThirtyTwoBit, new Dictionary<string, string>()));
        return Distill.Teacher.Import(file, InputNormalisation.TensorFlow, Folder("teacher"), threads: 1);
    }

    private float[] Weights(string run, ViewCache cache)
    {
        (_, _, FoldedNetwork network) = Checkpoint.Read(Folder(run), cache.Manifest.Classes, cache.Manifest.Features);
        return [.. network.Convolutions.Append(network.Classifier).SelectMany(layer => layer.Weight.Concat(layer.Bias))];
    }

    private string Folder(string name) => Path.Combine(_folder, name);
}
