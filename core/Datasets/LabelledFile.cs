namespace ClockFunctions.Core.Datasets;

/// <summary>One file of a labelled folder.</summary>
/// <param name="Label">Its label.</param>
/// <param name="Name">Its name within the label, with <c>/</c> between folders.</param>
/// <param name="Path">Its path relative to the folder, with <c>/</c> between folders.</param>
/// <param name="FullPath">Where it is.</param>
public sealed record LabelledFile(string Label, string Name, string Path, string FullPath);
