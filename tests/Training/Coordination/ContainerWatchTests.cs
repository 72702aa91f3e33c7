using Azure;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Training.Coordination;
using Microsoft.Extensions.Time.Testing;

namespace ClockFunctions.Tests.Training.Coordination;

public class ContainerWatchTests
{
    private static readonly TrainingBlob A = new("clock/a.jpg", new ETag("1"), 10);
    private static readonly TrainingBlob B = new("clock/b.jpg", new ETag("2"), 10);

    private readonly FakeTimeProvider _time = new();
    private readonly ContainerWatch _watch;

    public ContainerWatchTests() => _watch = new ContainerWatch(TimeSpan.FromSeconds(60), _time);

    [Fact]
    public void TheFirstLookReconcilesAndThenOnlyChangesCount()
    {
        Assert.Equal(ContainerWatch.Finding.ReconcileDue, _watch.Look([A]));
        Assert.Equal(ContainerWatch.Finding.Nothing, _watch.Look([A]));
        Assert.Equal(ContainerWatch.Finding.Changes, _watch.Look([A, B]));
        Assert.Equal(ContainerWatch.Finding.Nothing, _watch.Look([A, B]));
        Assert.Equal(ContainerWatch.Finding.Changes, _watch.Look([B]));
        Assert.Equal(ContainerWatch.Finding.Changes, _watch.Look([B with { ETag = new ETag("3") }]));
        Assert.Equal(ContainerWatch.Finding.Changes, _watch.Look([B with { ETag = new ETag("3"), Name = "other/b.jpg" }]));
    }

    [Fact]
    public void ReconcilingComesRoundByTheTimer()
    {
        _watch.Look([A]);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(ContainerWatch.Finding.Nothing, _watch.Look([A]));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ContainerWatch.Finding.ReconcileDue, _watch.Look([A]));
        Assert.Equal(ContainerWatch.Finding.Nothing, _watch.Look([A]));
    }

    [Fact]
    public void WhatFailedIsLookedAtAgain()
    {
        _watch.Look([A]);
        _watch.Forget();
        Assert.Equal(ContainerWatch.Finding.ReconcileDue, _watch.Look([A]));
    }

    [Theory]
    [InlineData(0.01, 0.5)]
    [InlineData(0.5, 4.5)]
    [InlineData(6, 54)]
    public void ATenthOfTheTimeAtMostGoesIntoListing(double listing, double pause) =>
        Assert.Equal(pause, ContainerWatch.PauseAfter(TimeSpan.FromSeconds(listing)).TotalSeconds);
}
