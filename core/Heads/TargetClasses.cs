namespace ClockFunctions.Core.Heads;

internal static class TargetClasses
{
    /// <summary>A copy of the ids, which must be at least one, distinct and not negative.</summary>
    public static int[] Checked(int[] classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        return classes.Length > 0 && classes.All(id => id >= 0) && classes.Distinct().Count() == classes.Length
            ? [.. classes]
            : throw new ArgumentException("A zero-shot head needs distinct class ids of 0 or more.", nameof(classes));
    }
}
