using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Training;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Training;

public class TrainingReadinessTests
{
    // Contents by the side of the 30 % split that their hash puts them on.
    private static readonly string[] Validation = [.. Contents(validation: true).Take(4)];
    private static readonly string[] Train = [.. Contents(validation: false).Take(4)];

    [Fact]
    public void NothingIsMissingWithTwoOfEachOnBothSides() => Assert.Null(WaitsFor(Clocks(2, 2), Others(2, 2)));

    [Fact]
    public void WhatIsMissingIsSaidBySideAndLabel()
    {
        Assert.Equal(
            "2 more of 'clock' and 2 more of other than 'clock' to train on, and 2 more of 'clock' and 2 more of other than 'clock' to " +
            "validate on (about 30 % of the images fall there)", WaitsFor([], []));
        Assert.Equal("1 more of 'clock' to train on", WaitsFor(Clocks(1, 2), Others(2, 2)));
        Assert.Equal(
            "2 more of other than 'clock' to validate on (about 30 % of the images fall there)", WaitsFor(Clocks(2, 2), Others(2, 0)));
    }

    [Fact]
    public void CopiesCountOnce()
    {
        TrainingImage clock = Some.Image("clock", "a", Train[0]);

        Assert.Equal("1 more of 'clock' to train on", WaitsFor([clock, clock with { Name = "b" }, .. Clocks(0, 2)], Others(2, 2)));
    }

    private static string? WaitsFor(TrainingImage[] clocks, TrainingImage[] others) =>
        TrainingReadiness.WaitsFor([.. clocks, .. others], "clock", new TrainingOptions());

    private static TrainingImage[] Clocks(int train, int validate) => Images("clock", train, validate);

    private static TrainingImage[] Others(int train, int validate) => Images("cat", train, validate);

    private static TrainingImage[] Images(string label, int train, int validate) =>
        [.. Train.Take(train).Concat(Validation.Take(validate)).Select(content => Some.Image(label, content, content))];

    private static IEnumerable<string> Contents(bool validation) => Enumerable.Range(0, 1000).Select(i => $"{i}")
        .Where(content => Split.IsValidation(Some.Hash(content), 0.3) == validation);
}
