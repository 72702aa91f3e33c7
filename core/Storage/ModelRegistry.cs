using System.Collections.Concurrent;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Storage;

/// <summary>
/// The trained heads in container <c>models</c>: <c>heads/{version}/</c>, each immutable once written, and
/// <c>heads/current.json</c>, the pointer to the one that scorers serve.
/// </summary>
/// <remarks>
/// A version is complete when its manifest is there, which is written last; the pointer moves after that, by a
/// conditional write. A process that dies at any instant leaves the old version serving. Safe for concurrent use.
/// </remarks>
public sealed class ModelRegistry(StorageContainers containers, TimeProvider time)
{
    private const string Prefix = "heads/";
    private const string PointerName = Prefix + "current.json";

    /// <summary>Manifests read at the same time for a list.</summary>
    private const int ListConcurrency = 8;

    private readonly BlobContainerClient _models = containers.Models;

    /// <summary>Versions never change, so what was read once stays true.</summary>
    private readonly ConcurrentDictionary<string, HeadManifest> _manifests = new();

    private TaskCompletionSource _published = NewSignal();

    /// <summary>Ends when this process moves the pointer the next time: its own scorers need not wait for their next poll then.</summary>
    public Task NextPublication => Volatile.Read(ref _published).Task;

    /// <summary>Asks which version is current.</summary>
    /// <param name="known">The ETag of the last answer: an unchanged pointer then costs one small request.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidHeadException">The pointer is damaged.</exception>
    public async Task<CurrentHead> ReadCurrentAsync(ETag? known, CancellationToken cancellation)
    {
        try
        {
            BlobDownloadOptions options = new() { Conditions = new BlobRequestConditions { IfNoneMatch = known } };
            Response<BlobDownloadResult> blob = await _models.GetBlobClient(PointerName).DownloadContentAsync(options, cancellation);
            return blob.GetRawResponse().Status == 304 // not modified: no content, and no exception either
                ? new CurrentHead(false, null, null)
                : new CurrentHead(
                    true, Parse<HeadPointer>(blob.Value.Content, $"{PointerName} (delete it, and the next to publish writes it anew)"),
                    blob.Value.Details.ETag);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return new CurrentHead(known is not null, null, null);
        }
    }

    /// <summary>The manifest of a version.</summary>
    /// <exception cref="UnknownVersionException">There is no such complete version.</exception>
    /// <exception cref="InvalidHeadException">It is damaged.</exception>
    public async Task<HeadManifest> ReadManifestAsync(string version, CancellationToken cancellation)
    {
        if (_manifests.TryGetValue(version, out HeadManifest? known))
        {
            return known;
        }

        BinaryData json = await ReadFileAsync(version, HeadDirectory.ManifestName, cancellation);
        HeadManifest manifest = Parse<HeadManifest>(json, Name(version, HeadDirectory.ManifestName));
        return manifest.Version == version
            ? _manifests.GetOrAdd(version, manifest)
            : throw new InvalidHeadException($"head.json of version {version} says that it is version {manifest.Version}.");
    }

    /// <summary>Reads a version and checks its weights against its manifest.</summary>
    /// <exception cref="UnknownVersionException">There is no such complete version.</exception>
    /// <exception cref="InvalidHeadException">It is damaged.</exception>
    public async Task<(LearnedHead Head, HeadManifest Manifest)> ReadHeadAsync(string version, CancellationToken cancellation)
    {
        HeadManifest manifest = await ReadManifestAsync(version, cancellation);
        BinaryData weights = await ReadFileAsync(version, HeadDirectory.WeightsName, cancellation);
        return (LearnedHead.Load(weights, manifest), manifest);
    }

    /// <summary>The HTML report of a version, UTF-8.</summary>
    /// <exception cref="UnknownVersionException">There is no such complete version.</exception>
    public async Task<BinaryData> ReadReportAsync(string version, CancellationToken cancellation)
    {
        await ReadManifestAsync(version, cancellation);
        return await ReadFileAsync(version, HeadDirectory.PageName, cancellation);
    }

    /// <summary>Every complete version that can be read, newest first.</summary>
    public async Task<IReadOnlyList<RegisteredHead>> ListAsync(CancellationToken cancellation) =>
        (await ListWithDamagedAsync(cancellation)).Heads;

    /// <summary>Every complete version, newest first, and what is damaged: one bad file must not hide the others.</summary>
    public async Task<(IReadOnlyList<RegisteredHead> Heads, IReadOnlyList<DamagedHead> Damaged)> ListWithDamagedAsync(
        CancellationToken cancellation)
    {
        ConcurrentBag<DamagedHead> damaged = [];
        string? current = null;
        try
        {
            current = (await ReadCurrentAsync(known: null, cancellation)).Head?.Version;
        }
        catch (InvalidHeadException e)
        {
            damaged.Add(new DamagedHead("current.json", e.Message));
        }

        IReadOnlyList<string> versions = await VersionsAsync(cancellation);
        RegisteredHead?[] heads = new RegisteredHead?[versions.Count];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = ListConcurrency, CancellationToken = cancellation };
        await Parallel.ForAsync(0, versions.Count, parallel, async (i, stop) =>
        {
            try
            {
                heads[i] = new RegisteredHead(await ReadManifestAsync(versions[i], stop), versions[i] == current);
            }
            catch (InvalidHeadException e)
            {
                damaged.Add(new DamagedHead(versions[i], e.Message));
            }
        });
        return ([.. heads.OfType<RegisteredHead>()], [.. damaged.OrderByDescending(head => head.Version, StringComparer.Ordinal)]);
    }

    /// <summary>The newest complete version, published or held; null when there is none.</summary>
    public async Task<string?> ReadNewestVersionAsync(CancellationToken cancellation) =>
        await VersionsAsync(cancellation) is [var newest, ..] ? newest : null;

    /// <summary>Writes a version and verifies it by reading all of it back. It is not current yet.</summary>
    /// <param name="head">The files.</param>
    /// <param name="writer">Who writes, for the record: kept as metadata <c>writer</c> of every file.</param>
    /// <param name="cancellation">Gives up; what was written stays incomplete and is never listed.</param>
    /// <exception cref="RegistryConflictException">Another head was written under this version before.</exception>
    /// <exception cref="InvalidHeadException">What was read back is not what was written.</exception>
    public async Task WriteVersionAsync(HeadDirectory head, string writer, CancellationToken cancellation)
    {
        string version = head.Manifest.Version;
        // The manifest is the last: with it the version is complete.
        (string File, BinaryData Content, string Type)[] files =
        [
            (HeadDirectory.WeightsName, new BinaryData(head.Weights), "application/octet-stream"),
            (HeadDirectory.ReportName, new BinaryData(head.ReportJson), "application/json"),
            (HeadDirectory.PageName, new BinaryData(head.ReportHtml), "text/html; charset=utf-8"),
            (HeadDirectory.ManifestName, new BinaryData(JsonSerializer.SerializeToUtf8Bytes(head.Manifest, Json.Indented)),
                "application/json"),
        ];
        foreach ((string file, BinaryData content, string type) in files)
        {
            await WriteFileAsync(Name(version, file), content, type, writer, cancellation);
        }

        await ReadHeadAsync(version, cancellation);
    }

    /// <summary>Makes a version the current one: publishes it, or rolls back to it.</summary>
    /// <param name="version">A complete version.</param>
    /// <param name="expected">ETag of the pointer that is to be replaced; null when there must be none.</param>
    /// <param name="backbone">What the scorers run: a head of another backbone or pipeline is refused.</param>
    /// <param name="pipeline">Likewise.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The new pointer with its ETag.</returns>
    /// <exception cref="UnknownVersionException">There is no such complete version.</exception>
    /// <exception cref="InvalidHeadException">It is damaged, or not for this backbone and pipeline.</exception>
    /// <exception cref="RegistryConflictException">The pointer is not the expected one any more.</exception>
    public async Task<CurrentHead> PublishAsync(
        string version, ETag? expected, BackboneSpec backbone, Pipeline pipeline, CancellationToken cancellation)
    {
        (_, HeadManifest manifest) = await ReadHeadAsync(version, cancellation);
        if (HeadCompatibility.Refusal(manifest, backbone, pipeline) is { } refusal)
        {
            throw new InvalidHeadException(refusal);
        }

        CurrentHead before = await ReadCurrentAsync(known: null, cancellation);
        if (before.ETag != expected)
        {
            throw Moved(before.Head);
        }

        string newest = (await VersionsAsync(cancellation))[0];
        HeadPointer pointer = new(version, before.Head?.Version, newest, time.GetUtcNow());
        try
        {
            BlobUploadOptions options = new()
            {
                Conditions = expected is null ? new BlobRequestConditions
                {
                    IfNoneMatch = ETag.All,
                } : new BlobRequestConditions { IfMatch = expected },
                HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
            };
            BinaryData json = new(JsonSerializer.SerializeToUtf8Bytes(pointer, Json.Indented));
            BlobContentInfo written = await _models.GetBlobClient(PointerName).UploadAsync(json, options, cancellation);
            Interlocked.Exchange(ref _published, NewSignal()).SetResult();
            return new CurrentHead(true, pointer, written.ETag);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            // The client library repeats a request whose answer was lost: the winner may be ourselves.
            CurrentHead now = await ReadCurrentAsync(known: null, cancellation);
            return now.Head == pointer ? now : throw Moved(now.Head, e);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static RegistryConflictException Moved(HeadPointer? now, Exception? inner = null) =>
        new($"The current version changed meanwhile; it is {now?.Version ?? "none"} now.", inner);

    private async Task<IReadOnlyList<string>> VersionsAsync(CancellationToken cancellation)
    {
        const string manifest = "/" + HeadDirectory.ManifestName;
        List<string> versions = [];
        try
        {
            GetBlobsOptions options = new() { Prefix = Prefix };
            await foreach (BlobItem blob in _models.GetBlobsAsync(options, cancellation))
            {
                if (blob.Name.EndsWith(manifest, StringComparison.Ordinal) && blob.Name[Prefix.Length..^manifest.Length] is var version
                    && VersionId.IsValid(version))
                {
                    versions.Add(version);
                }
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return [];
        }

        versions.Sort((a, b) => string.CompareOrdinal(b, a));
        return versions;
    }

    private async Task WriteFileAsync(string name, BinaryData content, string type, string writer, CancellationToken cancellation)
    {
        BlobClient blob = _models.GetBlobClient(name);
        try
        {
            BlobUploadOptions options = new()
            {
                Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
                HttpHeaders = new BlobHttpHeaders { ContentType = type },
                Metadata = new Dictionary<string, string> { ["writer"] = writer },
            };
            await blob.UploadAsync(content, options, cancellation);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            // A repeated request after a lost answer finds its own bytes, and that is success.
            BlobDownloadResult there = await blob.DownloadContentAsync(cancellation);
            if (!there.Content.ToMemory().Span.SequenceEqual(content))
            {
                throw new RegistryConflictException($"{name} was written before with other content: versions do not change.", e);
            }
        }
    }

    private async Task<BinaryData> ReadFileAsync(string version, string file, CancellationToken cancellation)
    {
        if (!VersionId.IsValid(version))
        {
            throw new UnknownVersionException(version);
        }

        try
        {
            BlobDownloadResult blob = await _models.GetBlobClient(Name(version, file)).DownloadContentAsync(cancellation);
            return blob.Content;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            throw file == HeadDirectory.ManifestName
                ? new UnknownVersionException(version)
                : new InvalidHeadException($"Version {version} has lost its {file}.", e);
        }
    }

    private static string Name(string version, string file) => $"{Prefix}{version}/{file}";

    private static T Parse<T>(BinaryData json, string name)
    {
        try
        {
            return json.ToObjectFromJson<T>(Json.Compact) ?? throw new InvalidHeadException($"{name} is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidHeadException($"{name} is damaged: {e.Message}", e);
        }
    }
}
