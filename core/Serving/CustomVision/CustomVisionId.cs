using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ClockFunctions.Core.Serving.CustomVision;

/// <summary>
/// The GUIDs by which Custom Vision's clients name things. Each is derived from the thing's own name, so that every instance gives
/// the same one at any time and nothing has to be stored.
/// </summary>
/// <remarks>UUIDs of version 8 (RFC 9562, 5.8): the first 122 usable bits of SHA-256 over kind and name.</remarks>
internal static class CustomVisionId
{
    public static Guid Project(string target) => Of("project", target);

    public static Guid Tag(string label) => Of("tag", label);

    public static Guid Image(string blobName) => Of("image", blobName);

    public static Guid Iteration(string version) => Of("iteration", version);

    /// <summary>The iteration that a training makes which begins when this version is the newest; null when there is none yet.</summary>
    public static Guid IterationAfter(string? newest) => Of("iteration after", newest ?? "");

    private static Guid Of(string kind, string name)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"clockfunctions:{kind}:{name}"));
        ushort version = BinaryPrimitives.ReadUInt16BigEndian(hash.AsSpan(6));
        BinaryPrimitives.WriteUInt16BigEndian(hash.AsSpan(6), (ushort)((version & 0x0FFF) | 0x8000));
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}
