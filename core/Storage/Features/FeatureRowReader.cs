namespace ClockFunctions.Core.Storage.Features;

/// <summary>Takes a row: its place among those asked for, and its values.</summary>
public delegate void FeatureRowReader(int index, ReadOnlySpan<Half> values);
