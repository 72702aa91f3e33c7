using Azure;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Training;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Training;

public class ContainerWatchTests
{
    private static readonly TrainingBlob A = new("clock/a.jpg", new ETag("1"), 10);
    private static readonly TrainingBlob B = new("clock/b.jpg", new ETag("2"), 10);

    private readonly ManualTime time = new();
    private readonly ContainerWatch watch;

    public ContainerWatchTests() => watch = new ContainerWatch(TimeSpan.FromSeconds(60), time);

    [Fact]
    public void TheFirstLookReconcilesAndThenOnlyChangesCount()
    {
        Assert.Equal(ContainerWatch.Finding.ReconcileDue, watch.Look([A]));
        Assert.Equal(ContainerWatch.Finding.Nothing, watch.Look([A]));
        Assert.Equal(ContainerWatch.Finding.Changes, watch.Look([A, B]));
        Assert.Equal(ContainerWatch.Finding.Nothing, watch.Look([A, B]));
        Assert.Equal(ContainerWatch.Finding.Changes, watch.Look([B]));
        Assert.Equal(ContainerWatch.Finding.Changes, watch.Look([B with { ETag = new ETag("3") }]));
        Assert.Equal(ContainerWatch.Finding.Changes, watch.Look([B with { ETag = new ETag("3"), Name = "other/b.jpg" }]));
    }

    [Fact]
    public void ReconcilingComesRoundByTheTimer()
    {
        watch.Look([A]);
        time.Pass(59);
        Assert.Equal(ContainerWatch.Finding.Nothing, watch.Look([A]));
        time.Pass(1);
        Assert.Equal(ContainerWatch.Finding.ReconcileDue, watch.Look([A]));
        Assert.Equal(ContainerWatch.Finding.Nothing, watch.Look([A]));
    }

    [Fact]
    public void WhatFailedIsLookedAtAgain()
    {
        watch.Look([A]);
        watch.Forget();
        Assert.Equal(ContainerWatch.Finding.ReconcileDue, watch.Look([A]));
    }

    [Theory]
    [InlineData(0.01, 0.5)]
    [InlineData(0.5, 4.5)]
    [InlineData(6, 54)]
    public void ATenthOfTheTimeAtMostGoesIntoListing(double listing, double pause) =>
        Assert.Equal(pause, ContainerWatch.PauseAfter(TimeSpan.FromSeconds(listing)).TotalSeconds);
}
