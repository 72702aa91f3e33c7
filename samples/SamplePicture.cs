namespace ClockFunctions.Samples;

/// <summary>One drawing, encoded.</summary>
/// <param name="Label"><c>clock</c> or <c>other</c>.</param>
/// <param name="Name">File name; says what is drawn.</param>
/// <param name="Jpeg">The picture.</param>
public sealed record SamplePicture(string Label, string Name, byte[] Jpeg);
