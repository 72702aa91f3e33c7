using System.Security.Cryptography;
using Azure;

namespace ClockFunctions.Core.Storage;

/// <summary>A blob of the training container as a listing shows it.</summary>
/// <param name="Name">Its whole name, <c>{label}/{name}</c>.</param>
/// <param name="ETag">Changes with every write, so name and ETag stand for one content.</param>
/// <param name="Length">Size in bytes.</param>
/// <param name="ContentMd5">MD5 of the content, 16 bytes, where whoever uploaded it let the service note it; else null.</param>
public sealed record TrainingBlob(string Name, ETag ETag, long Length, byte[]? ContentMd5 = null)
{
    /// <summary>The ETag as text, without the quotes that listings and headers may or may not give it.</summary>
    public string Version => ETag.ToString().Trim('"');

    /// <summary>Whether the content is known to be this. False where the service noted no MD5.</summary>
    public bool Holds(ReadOnlySpan<byte> content) => ContentMd5 is not null && Md5(content).AsSpan().SequenceEqual(ContentMd5);

#pragma warning disable CA5351 // The service notes MD5 and nothing else; it tells an upload that can be spared, and protects nothing.
    internal static byte[] Md5(ReadOnlySpan<byte> content) => MD5.HashData(content);
#pragma warning restore CA5351
}
