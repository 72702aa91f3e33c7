using ClockFunctions.Core.Heads;

namespace ClockFunctions.Tests.Heads;

public class VersionIdTests
{
    [Fact]
    public void ItIsTheUtcTimeAndSixDigitsOfTheFingerprint() =>
        Assert.Equal(
            "20260102T010405Z-abcdef", VersionId.Of(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)), "abcdef0123456789"));

    [Theory]
    [InlineData("20260102T010405Z-abcdef", true)]
    [InlineData("20260102T010405Z-ABCDEF", false)]
    [InlineData("20260102T010405Z-abcdef\n", false)]
    [InlineData("../../heads", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void NothingElseIsValid(string? text, bool valid) => Assert.Equal(valid, VersionId.IsValid(text));
}
