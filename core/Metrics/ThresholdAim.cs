using System.Globalization;

namespace ClockFunctions.Core.Metrics;

/// <summary>What a threshold is chosen for: the best F1, or a floor under precision or recall.</summary>
/// <param name="Kind">What is aimed at.</param>
/// <param name="Floor">0–1; ignored for <see cref="AimKind.F1"/>.</param>
public sealed record ThresholdAim(AimKind Kind, double Floor)
{
    /// <summary>Reads <c>f1</c>, <c>precision:FLOOR</c> or <c>recall:FLOOR</c>.</summary>
    /// <exception cref="FormatException">It is none of these, or the floor is not in 0–1.</exception>
    public static ThresholdAim Parse(string text) => text.Split(':') switch
    {
        ["f1"] => new ThresholdAim(AimKind.F1, 0),
        ["precision", var floor] when Share(floor) is { } share => new ThresholdAim(AimKind.Precision, share),
        ["recall", var floor] when Share(floor) is { } share => new ThresholdAim(AimKind.Recall, share),
        _ => throw new FormatException($"'{text}' is no aim: it must be f1, precision:FLOOR or recall:FLOOR, FLOOR in 0–1."),
    };

    /// <summary><c>max F1</c>, <c>precision ≥ 0.97</c>, <c>recall ≥ 0.99</c>.</summary>
    public override string ToString() => Kind switch
    {
        AimKind.Precision => string.Create(CultureInfo.InvariantCulture, $"precision ≥ {Floor}"),
        AimKind.Recall => string.Create(CultureInfo.InvariantCulture, $"recall ≥ {Floor}"),
        _ => "max F1",
    };

    private static double? Share(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double share) && share <= 1 ? share : null;
}

public enum AimKind
{
    F1,
    Precision,
    Recall,
}
