using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace ClockFunctions.Distill.Views;

/// <summary>
/// Views and what the teacher says about them, in three files of a folder: <c>views.bin</c>
/// (size×size×3 bytes a view), <c>targets.bin</c> (features then logits, float16) and
/// <c>cache.json</c>. The files are mapped, not read: the operating system keeps as much of them in
/// memory as there is room for.
/// </summary>
public sealed class ViewCache : IDisposable
{
    private readonly MemoryMappedFile _viewFile;
    private readonly MemoryMappedFile _targetFile;
    private readonly MemoryMappedViewAccessor _views;
    private readonly MemoryMappedViewAccessor _targets;

    private ViewCache(string folder, CacheManifest manifest)
    {
        Manifest = manifest;
        _viewFile = MemoryMappedFile.CreateFromFile(ViewsPath(folder), FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _targetFile = MemoryMappedFile.CreateFromFile(TargetsPath(folder), FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _views = _viewFile.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        _targets = _targetFile.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    public CacheManifest Manifest { get; }

    /// <exception cref="InvalidDataException">The folder holds no complete cache.</exception>
    public static ViewCache Open(string folder)
    {
        if (!File.Exists(ManifestPath(folder)))
        {
            throw new InvalidDataException($"{folder} holds no view cache (no cache.json): make one with the verb `cache`.");
        }

        CacheManifest manifest = ReadManifest(folder);
        if (manifest.Done < manifest.Total)
        {
            throw new InvalidDataException($"{folder} holds {manifest.Done} of {manifest.Total} views: finish it with the verb `cache`.");
        }

        return new(folder, manifest);
    }

    /// <summary>Copies view <paramref name="index"/>, H×W×3 bytes.</summary>
    public void ReadView(int index, Span<byte> bytes) => Read(_views, (long)index * Manifest.ViewBytes, bytes);

    /// <summary>Copies the features and then the logits of view <paramref name="index"/>.</summary>
    public void ReadTarget(int index, Span<Half> values) =>
        Read(_targets, (long)index * Manifest.TargetLength * Unsafe.SizeOf<Half>(), MemoryMarshal.AsBytes(values));

    public void Dispose()
    {
        _views.Dispose();
        _targets.Dispose();
        _viewFile.Dispose();
        _targetFile.Dispose();
    }

    internal static string ViewsPath(string folder) => Path.Combine(folder, "views.bin");

    internal static string TargetsPath(string folder) => Path.Combine(folder, "targets.bin");

    internal static string ManifestPath(string folder) => Path.Combine(folder, "cache.json");

    internal static CacheManifest ReadManifest(string folder) =>
        JsonSerializer.Deserialize<CacheManifest>(File.ReadAllBytes(ManifestPath(folder)), Core.Json.Indented)
        ?? throw new InvalidDataException($"{ManifestPath(folder)} is empty.");

    private static unsafe void Read(MemoryMappedViewAccessor file, long offset, Span<byte> bytes)
    {
        byte* start = null;
        file.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            new ReadOnlySpan<byte>(start + file.PointerOffset + offset, bytes.Length).CopyTo(bytes);
        }
        finally
        {
            file.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }
}

/// <summary>What a cache holds. Views 0 to <see cref="Validation"/>−1 are those of held-out photos.</summary>
public sealed record CacheManifest
{
    public required CacheOptions Options { get; init; }

    /// <summary>SHA-256 over the content hashes of the photos.</summary>
    public required string Photos { get; init; }

    /// <summary>SHA-256 of the teacher's file.</summary>
    public required string Teacher { get; init; }

    public required int PhotoCount { get; init; }

    public required int Validation { get; init; }

    public required int Total { get; init; }

    public required int Features { get; init; }

    public required int Classes { get; init; }

    /// <summary>Views written so far.</summary>
    public int Done { get; init; }

    public int ViewBytes => Options.StudentSize * Options.StudentSize * 3;

    public int TargetLength => Features + Classes;
}
