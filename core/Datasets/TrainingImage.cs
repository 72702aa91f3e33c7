namespace ClockFunctions.Core.Datasets;

/// <summary>One labelled image of the training data, by what identifies it.</summary>
/// <param name="Label">The label it is filed under.</param>
/// <param name="Name">Its name within the label; may hold <c>/</c>.</param>
/// <param name="ContentHash">SHA-256 of the encoded bytes, 64 lower-case hex digits.</param>
/// <param name="Length">Encoded size in bytes.</param>
public sealed record TrainingImage(string Label, string Name, string ContentHash, long Length)
{
    /// <summary>Ordinal order by label, then name: the same on every machine.</summary>
    public static int Compare(TrainingImage a, TrainingImage b) =>
        string.CompareOrdinal(a.Label, b.Label) is not 0 and int order ? order : string.CompareOrdinal(a.Name, b.Name);
}
