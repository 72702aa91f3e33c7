using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Training.Features;
using ClockFunctions.Core.Training.Folders;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Training.Folders;

public sealed class FolderFeatureCacheTests : IDisposable
{
    private static readonly string Hash = Some.Hash("image");
    private readonly string _root = Directory.CreateTempSubdirectory("cache-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void ARowIsFoundAgainUnderTheSameKeyOnly()
    {
        Half[] row = Row(views: 2);
        Cache().Add(Hash, row);

        Assert.Equal(row, Cache().Find(Hash));
        Assert.Null(Cache().Find(Some.Hash("another image")));
        Assert.Null(Cache(seed: 2).Find(Hash));
        Assert.Null(Cache(views: 3).Find(Hash));
        Assert.Null(Cache(augmentation: new AugmentationOptions { MaxDegrees = 1 }).Find(Hash));
        Assert.Null(Cache(pipeline: Pipeline.Crop).Find(Hash));
    }

    [Fact]
    public void TheCleanViewDependsOnNeitherSeedNorAugmentation()
    {
        Half[] row = Row(views: 1);
        Cache(views: 1).Add(Hash, row);

        Assert.Equal(row, Cache(views: 1, seed: 2, augmentation: new AugmentationOptions { MaxDegrees = 1 }).Find(Hash));
    }

    [Fact]
    public void AFileCutShortIsNoRow()
    {
        Cache().Add(Hash, Row(views: 2));
        string file = Assert.Single(Directory.GetFiles(_root, "*", SearchOption.AllDirectories));
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^2]);

        Assert.Null(Cache().Find(Hash));
    }

    [Fact]
    public void WhatAViewCostIsRememberedUnderTheSameKeyOnly()
    {
        Assert.Null(Cache().FindCost());
        Cache().Add(Hash, Row(views: 2));
        Cache().KeepCost(0.0125);

        Assert.Equal(0.0125, Cache().FindCost());
        Assert.Null(Cache(views: 3).FindCost());
    }

    private FolderFeatureCache Cache(
        int views = 2, int seed = 1, AugmentationOptions? augmentation = null, Pipeline pipeline = Pipeline.Resize) =>
        new(_root, "some",
        RowExtractor.KeyOf(SomeSet.Backbone(SomeSet.Width), pipeline, augmentation ?? new AugmentationOptions(), views, seed));

    private static Half[] Row(int views) => [.. Enumerable.Range(0, (views * SomeSet.Width) + 1000).Select(i => (Half)i)];
}
