using Azure;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Training.Coordination;
using Microsoft.Extensions.Time.Testing;

namespace ClockFunctions.Tests.Training.Coordination;

public class QuietPeriodTests
{
    private static readonly ETag First = new("1");
    private static readonly ETag Second = new("2");

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void ItEndsSoLongAfterTheLastChange()
    {
        QuietPeriod quiet = Quiet();
        TrainingState marker = Marker(dirtySince: 0, changed: 0);

        Assert.Equal(2, Rest(quiet, marker, First));
        _time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal(0.5, Rest(quiet, marker, First));
        Assert.Equal(2, Rest(quiet, marker with { Changed = _time.GetUtcNow() }, Second));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, Rest(quiet, marker with { Changed = _time.GetUtcNow().AddSeconds(-2) }, Second));
    }

    [Fact]
    public void ChangesWithoutEndDoNotHoldATrainingUpForEver()
    {
        QuietPeriod quiet = Quiet();
        TrainingState marker = Marker(dirtySince: -57, changed: 0);

        Assert.Equal(2, Rest(quiet, marker, First));
        _time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal(1.5, Rest(quiet, marker with { Changed = _time.GetUtcNow() }, Second));
        _time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.Equal(0, Rest(quiet, marker with { Changed = _time.GetUtcNow() }, new ETag("3")));
    }

    [Fact]
    public void AWaitThatBeganElsewhereCounts() => Assert.Equal(-8, Rest(Quiet(), Marker(dirtySince: -10, changed: -10), First));

    [Theory]
    [InlineData(3600)]
    [InlineData(2)]
    public void AClockThatIsAheadDoesNotHoldATrainingUp(double ahead)
    {
        QuietPeriod quiet = Quiet();
        TrainingState marker = Marker(dirtySince: ahead, changed: ahead);

        Assert.Equal(2, Rest(quiet, marker, First));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, Rest(quiet, marker, First));
    }

    private QuietPeriod Quiet() => new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(60), _time);

    private static double Rest(QuietPeriod quiet, TrainingState marker, ETag etag) => quiet.Rest(marker, etag).TotalSeconds;

    /// <summary>Seconds from now.</summary>
    private TrainingState Marker(double dirtySince, double changed) => new()
    {
        DirtySince = _time.GetUtcNow().AddSeconds(dirtySince),
        Changed = _time.GetUtcNow().AddSeconds(changed),
    };
}
