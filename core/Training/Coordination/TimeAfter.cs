using System.Globalization;
using ClockFunctions.Core.Heads;

namespace ClockFunctions.Core.Training.Coordination;

/// <summary>
/// The time, but later than a version: versions sort by their time, so that one trained later must never carry an
/// earlier one, though it came within the same second or from a machine whose clock is ahead.
/// </summary>
internal sealed class TimeAfter(TimeProvider time, string? version) : TimeProvider
{
    private readonly DateTimeOffset _earliest = VersionId.IsValid(version)
        ? DateTimeOffset.ParseExact(version![..16], "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
        .AddSeconds(1)
        : DateTimeOffset.MinValue;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() is var now && now > _earliest ? now : _earliest;
}
