using System.Security.Cryptography;
using System.Text;

namespace ClockFunctions.Core.Datasets;

/// <summary>Identifies which training data a model saw: the same images under the same labels and names, in any order.</summary>
public static class Fingerprint
{
    /// <summary>SHA-256, lower-case hex, over the images' (label, name, content hash) in ordinal order.</summary>
    public static string Of(IEnumerable<TrainingImage> images)
    {
        TrainingImage[] sorted = [.. images];
        Array.Sort(sorted, TrainingImage.Compare);

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[4096];
        foreach (TrainingImage image in sorted)
        {
            Append(hash, image.Label, ref buffer);
            Append(hash, image.Name, ref buffer);
            Append(hash, image.ContentHash, ref buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // A field ends with NUL, which no label or blob name holds: ("a", "bc") and ("ab", "c") differ.
    private static void Append(IncrementalHash hash, string field, ref byte[] buffer)
    {
        int most = Encoding.UTF8.GetMaxByteCount(field.Length) + 1;
        if (buffer.Length < most)
        {
            buffer = new byte[most];
        }

        int length = Encoding.UTF8.GetBytes(field, buffer);
        buffer[length] = 0;
        hash.AppendData(buffer, 0, length + 1);
    }
}
