using System.Security.Cryptography;

namespace ClockFunctions.Core.Backbones;

internal static class FileHash
{
    /// <summary>SHA-256 of a file's content, lower-case hex.</summary>
    public static string Sha256(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
