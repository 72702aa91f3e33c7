using System.Collections.Concurrent;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Heads;

namespace ClockFunctions.Core.Storage;

/// <summary>The trained heads in container <c>models</c>, <c>heads/{version}/</c>: each is written once and never changed.</summary>
/// <remarks>
/// A version is complete when its manifest is there: the manifest is written last and deleted first, so that half a
/// version is never listed. Safe for concurrent use.
/// </remarks>
public sealed class HeadVersions(StorageContainers containers)
{
    internal const string Prefix = "heads/";

    private readonly BlobContainerClient _models = containers.Models;

    /// <summary>Versions never change, so what was read once stays true for as long as the version is there.</summary>
    private readonly ConcurrentDictionary<string, HeadManifest> _manifests = new();

    /// <summary>Every complete version, newest first.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation) =>
        [.. (await ListFoldersAsync(cancellation)).Where(folder => folder.IsComplete).Select(folder => folder.Version)];

    /// <summary>The newest complete version, published or held; null when there is none.</summary>
    public async Task<string?> ReadNewestAsync(CancellationToken cancellation) =>
        await ListAsync(cancellation) is [var newest, ..] ? newest : null;

    /// <summary>
    /// The newest version that was ever begun, complete or not; null when there is none. Its name is taken: what a trainer that died
    /// wrote under it does not change.
    /// </summary>
    public async Task<string?> ReadNewestBegunAsync(CancellationToken cancellation) =>
        await ListFoldersAsync(cancellation) is [var newest, ..] ? newest.Version : null;

    /// <summary>The manifest of a version.</summary>
    /// <exception cref="UnknownVersionException">There is no such complete version.</exception>
    /// <exception cref="InvalidHeadException">It is damaged.</exception>
    public async Task<HeadManifest> ReadManifestAsync(string version, CancellationToken cancellation)
    {
        if (_manifests.TryGetValue(version, out HeadManifest? known))
        {
            return known;
        }

        HeadManifest manifest = Parse(await ReadFileAsync(version, HeadDirectory.ManifestName, cancellation), version);
        return manifest.Version == version
            ? _manifests.GetOrAdd(version, manifest)
            : throw new InvalidHeadException($"head.json of version {version} says that it is version {manifest.Version}.");
    }

    /// <summary>Reads a version and checks its files against its manifest.</summary>
    /// <exception cref="UnknownVersionException">There is no such complete version.</exception>
    /// <exception cref="InvalidHeadException">It is damaged.</exception>
    public async Task<(LearnedHead Head, HeadManifest Manifest)> ReadHeadAsync(string version, CancellationToken cancellation)
    {
        HeadManifest manifest = await ReadManifestAsync(version, cancellation);
        BinaryData[] files = await Task.WhenAll(
            ReadFileAsync(version, HeadDirectory.WeightsName, cancellation),
            manifest.Novelty?.Sha256 is null
                ? Task.FromResult(BinaryData.Empty) : ReadFileAsync(version, HeadDirectory.NoveltyName, cancellation));
        return (LearnedHead.Load(files[0], manifest, files[1]), manifest);
    }

    /// <summary>The HTML report of a version, UTF-8.</summary>
    /// <exception cref="UnknownVersionException">There is no such complete version.</exception>
    /// <exception cref="InvalidHeadException">The version has lost its report.</exception>
    public async Task<BinaryData> ReadReportAsync(string version, CancellationToken cancellation)
    {
        await ReadManifestAsync(version, cancellation);
        return await ReadFileAsync(version, HeadDirectory.PageName, cancellation);
    }

    /// <summary><c>report.json</c> of a version, UTF-8.</summary>
    /// <inheritdoc cref="ReadReportAsync"/>
    public async Task<BinaryData> ReadReportJsonAsync(string version, CancellationToken cancellation)
    {
        await ReadManifestAsync(version, cancellation);
        return await ReadFileAsync(version, HeadDirectory.ReportName, cancellation);
    }

    /// <summary>Writes a version and verifies it by reading all of it back. It is not current yet.</summary>
    /// <param name="head">The files.</param>
    /// <param name="writer">Who writes, for the record: kept as metadata <c>writer</c> of every file.</param>
    /// <param name="cancellation">Gives up; what was written stays incomplete and is never listed.</param>
    /// <exception cref="RegistryConflictException">Another head was written under this version before.</exception>
    /// <exception cref="InvalidHeadException">What was read back is not what was written.</exception>
    public async Task WriteAsync(HeadDirectory head, string writer, CancellationToken cancellation)
    {
        string version = head.Manifest.Version;
        // The manifest is the last: with it the version is complete.
        (string File, BinaryData Content, string Type)[] files =
        [
            (HeadDirectory.WeightsName, new BinaryData(head.Weights), "application/octet-stream"),
            .. head.Novelty is { } novelty
                ? [(HeadDirectory.NoveltyName, new BinaryData(novelty), "application/octet-stream")]
                : Array.Empty<(string, BinaryData, string)>(),
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

    /// <summary>Deletes a version, or what is left of one. Idempotent.</summary>
    /// <param name="version">The version. Nobody must be serving it or writing it.</param>
    /// <param name="cancellation">Gives up; a version that has lost its manifest by then is not listed any more.</param>
    public async Task DeleteAsync(string version, CancellationToken cancellation)
    {
        await _models.GetBlobClient(Name(version, HeadDirectory.ManifestName)).DeleteIfExistsAsync(cancellationToken: cancellation);
        _manifests.TryRemove(version, out _);
        await foreach (BlobItem file in _models.GetBlobsAsync(new GetBlobsOptions { Prefix = Name(version, "") }, cancellation))
        {
            await _models.GetBlobClient(file.Name).DeleteIfExistsAsync(cancellationToken: cancellation);
        }
    }

    /// <summary>Every folder under <c>heads/</c>, complete or not, newest version first. Empty when there is no container.</summary>
    internal async Task<IReadOnlyList<VersionFolder>> ListFoldersAsync(CancellationToken cancellation)
    {
        Dictionary<string, VersionFolder> folders = [];
        try
        {
            await foreach (BlobItem blob in _models.GetBlobsAsync(new GetBlobsOptions { Prefix = Prefix }, cancellation))
            {
                if (blob.Name[Prefix.Length..].Split('/') is [var version, var file] && VersionId.IsValid(version))
                {
                    VersionFolder known = folders.GetValueOrDefault(version) ?? new VersionFolder(version);
                    folders[version] = known.With(file, blob.Properties);
                }
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return [];
        }

        return [.. folders.Values.OrderByDescending(folder => folder.Version, StringComparer.Ordinal)];
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
        catch (RequestFailedException e) when (e.Status == 404 && file == HeadDirectory.ManifestName)
        {
            throw new UnknownVersionException(version);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            _manifests.TryRemove(version, out _);
            await ReadManifestAsync(version, cancellation); // was the whole version deleted?
            throw new InvalidHeadException($"Version {version} has lost its {file}.", e);
        }
    }

    private static string Name(string version, string file) => $"{Prefix}{version}/{file}";

    private static HeadManifest Parse(BinaryData json, string version)
    {
        string name = Name(version, HeadDirectory.ManifestName);
        try
        {
            return json.ToObjectFromJson<HeadManifest>(Json.Compact) ?? throw new InvalidHeadException($"{name} is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidHeadException($"{name} is damaged: {e.Message}", e);
        }
    }
}
