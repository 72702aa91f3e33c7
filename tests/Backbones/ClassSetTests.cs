using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Settings;

namespace ClockFunctions.Tests.Backbones;

public class ClassSetTests
{
    [Fact]
    public void TheDefaultTargetClassesAreTheFiveKindsOfClock() =>
        Assert.Equal([409, 530, 531, 826, 892], ClassSet.Parse(new ClassifierOptions().TargetClasses));

    [Theory]
    [InlineData("Wall Clock, 409", new[] { 409, 892 })]
    [InlineData("stop watch,stopwatch,826", new[] { 826 })]
    [InlineData(" 0 , 999 ,", new[] { 0, 999 })]
    public void IdsAndNamesMix(string text, int[] ids) => Assert.Equal(ids, ClassSet.Parse(text));

    [Theory]
    [InlineData("", "At least one ImageNet class is needed: an id (0-999) or a name.")]
    [InlineData("409,1000", "'1000' is no ImageNet class: give an id (0-999) or a name.")]
    [InlineData("-1", "'-1' is no ImageNet class: give an id (0-999) or a name.")]
    [InlineData(
        "clock", "'clock' is no ImageNet class: give an id (0-999) or a name. Near it: analog clock (409), digital clock (530), wall " +
            "clock (892).")]
    [InlineData("crane", "'crane' is the name of the ImageNet classes 134 and 517: give the id.")]
    public void WhatIsNoClassIsNamed(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => ClassSet.Parse(text)).Message);
}
