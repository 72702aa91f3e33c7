using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Backbones;

public class BackboneTests
{
    [Fact]
    public void ARealClassifierIsImportedWithAllThatItCanDo()
    {
        using RealBackbone real = RealBackbone.Load();

        Assert.Equal((1280, 1000, ClassOutput.Logits), (real.Spec.FeatureWidth, real.Spec.ClassCount, real.Spec.ClassOutput));
        Assert.True(real.Spec.Input.DynamicBatch && real.Spec.Input.DynamicSize);
        BackboneOutput output = real.Backbone.Run(new float[2 * 3 * 128 * 96], 2, 128, 96, featureMap: true);
        Assert.Equal((4, 3), (output.MapHeight, output.MapWidth));
        Assert.Equal(2 * 1280 * 4 * 3, output.FeatureMap!.Length);
        Assert.Equal(1, output.ProbabilitiesOf(1).ToArray().Sum(), 1e-4);
    }

    [Fact]
    public void ARealPhotoOfAWatchLooksLikeAWatch()
    {
        using RealBackbone real = RealBackbone.Load(Pipeline.Crop);
        int[] target = ClassSet.Parse("409,530,531,826,892");
        string[] photos = [
            .. Directory.EnumerateFiles(Path.Combine(SharedData.ClockVsOther, "clock")).Order(StringComparer.Ordinal).Take(20)];

        int recognised = photos.Count(photo =>
            target.Contains(IndexOfLargest(real.Extractor.Extract(File.ReadAllBytes(photo)).Probabilities)));

        // Wrist watches are mostly "digital watch" to ImageNet, some are "stopwatch", "magnetic compass" or "buckle".
        Assert.InRange(recognised, 10, 20);
    }

    [Fact]
    public async Task DisposingWaitsForTheRunsUnderWay()
    {
        (BackboneSpec spec, string file) = new BackboneCatalogue(TestBackbone.Folder).Resolve(BackboneSpec.ShippedId);
        Backbone backbone = Backbone.Load(spec, file);
        using CountdownEvent running = new(4);
        // A session that is freed under a run takes this process with it.
        Task[] runs = [.. Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                backbone.Run(new float[3 * 224 * 224], 1, 224, 224);
                running.Signal();
                try
                {
                    while (true)
                    {
                        backbone.Run(new float[8 * 3 * 224 * 224], 8, 224, 224);
                    }
                }
                catch (ObjectDisposedException)
                {
                    // The one way in which it may end.
                }
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        running.Wait(TestContext.Current.CancellationToken);

        backbone.Dispose();
        backbone.Dispose(); // and nothing more

        await Task.WhenAll(runs).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void AnInputOfTheWrongLengthIsRefused()
    {
        (BackboneSpec spec, string file) = new BackboneCatalogue(TestBackbone.Folder).Resolve(TestBackbone.Id);
        using Backbone backbone = Backbone.Load(spec, file);

        ArgumentException fault = Assert.Throws<ArgumentException>(() => backbone.Run(new float[100], 2, 64, 64));
        Assert.StartsWith("The input holds 100 values; 2 images of 64x64 take 24576.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AModelThatIsCutShortOrGoneIsRefused()
    {
        string folder = Directory.CreateTempSubdirectory("clocks-").FullName;
        try
        {
            (BackboneSpec spec, string file) = new BackboneCatalogue(TestBackbone.Folder).Resolve(TestBackbone.Id);
            string copy = Path.Combine(folder, "model.onnx");
            File.WriteAllBytes(copy, File.ReadAllBytes(file)[..1000]);
            BackboneException cut = Assert.Throws<BackboneException>(() => Backbone.Load(spec, copy));
            Assert.Equal(
                $"The model of backbone 'tiny' is damaged: {copy} has 1000 bytes, not {spec.Bytes}. Pull or import it again.", cut.Message);

            BackboneException gone = Assert.Throws<BackboneException>(() => Backbone.Load(spec, copy + "x"));
            Assert.Equal($"The model of backbone 'tiny' is not there: {copy}x does not exist. Pull or import it again.", gone.Message);

            File.WriteAllBytes(copy, new byte[spec.Bytes]);
            BackboneException broken = Assert.Throws<BackboneException>(() => Backbone.Load(spec, copy));
            Assert.StartsWith(
                $"The model of backbone 'tiny' is damaged: the sha256 of {copy} is ", broken.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int IndexOfLargest(float[] values) => Array.IndexOf(values, values.Max());
}
