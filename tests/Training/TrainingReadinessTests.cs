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
    public void NothingIsMissingWithTwoOfEachOnBothSides() => Assert.Null(Lacks(Clocks(2, 2), Others(2, 2)));

    [Fact]
    public void WhatIsMissingIsSaidBySideAndLabel()
    {
        Assert.Equal(
            "2 more of 'clock' and 2 more of other than 'clock' to train on, and 2 more of 'clock' and 2 more of other than 'clock' to " +
            "validate on (about 30 % of the images fall there)", Lacks([], []));
        Assert.Equal("1 more of 'clock' to train on", Lacks(Clocks(1, 2), Others(2, 2)));
        Assert.Equal(
            "2 more of other than 'clock' to validate on (about 30 % of the images fall there)", Lacks(Clocks(2, 2), Others(2, 0)));
    }

    [Fact]
    public void CopiesCountOnce()
    {
        TrainingImage clock = Some.Image("clock", "a", Train[0]);

        Assert.Equal("1 more of 'clock' to train on", Lacks([clock, clock with { Name = "b" }, .. Clocks(0, 2)], Others(2, 2)));
    }

    [Fact]
    public void OneOfTheTargetAndOneOfAnythingElseAreEnoughToTrain()
    {
        Assert.Null(TrainingReadiness.WaitsFor([.. Clocks(0, 1), .. Others(1, 0)], "clock"));
        Assert.Equal("1 more of 'clock' to train on", TrainingReadiness.WaitsFor(Others(4, 4), "clock"));
        Assert.Equal("1 more of other than 'clock' to train on", TrainingReadiness.WaitsFor(Clocks(4, 4), "clock"));
        Assert.Equal("1 more of 'clock' and 1 more of other than 'clock' to train on", TrainingReadiness.WaitsFor([], "clock"));
    }

    private static string? Lacks(TrainingImage[] clocks, TrainingImage[] others) =>
        TrainingReadiness.LacksToValidate([.. clocks, .. others], "clock", new TrainingOptions());

    private static TrainingImage[] Clocks(int train, int validate) => Images("clock", train, validate);

    private static TrainingImage[] Others(int train, int validate) => Images("cat", train, validate);

    private static TrainingImage[] Images(string label, int train, int validate) =>
        [.. Train.Take(train).Concat(Validation.Take(validate)).Select(content => Some.Image(label, content, content))];

    private static IEnumerable<string> Contents(bool validation) => Enumerable.Range(0, 1000).Select(i => $"{i}")
        .Where(content => Split.IsValidation(Some.Hash(content), 0.3) == validation);
}
