using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Metrics;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Storage;

/// <summary>
/// <c>traffic/{yyyyMMdd}/{instance}.json</c> in container <c>models</c>: what an instance scored on a day (UTC), by version, as counts.
/// Each instance writes its own blobs alone.
/// </summary>
public sealed class TrafficBlobs(StorageContainers containers, ILogger<TrafficBlobs> logger)
{
    /// <summary>Days that are kept, today included.</summary>
    public const int Days = 30;

    private const string Prefix = "traffic/";
    private const string DayFormat = "yyyyMMdd";
    private const int ReadConcurrency = 8;

    private readonly BlobContainerClient _models = containers.Models;

    /// <summary>What was read once, by blob, with the ETag that it had.</summary>
    private readonly ConcurrentDictionary<string, (ETag ETag, IReadOnlyList<Traffic> Content)> _read = new();

    /// <summary>Replaces what an instance wrote for a day.</summary>
    public Task WriteAsync(
        DateOnly day, string instance, IReadOnlyDictionary<string, ScoreCounts> byVersion, CancellationToken cancellation) =>
        _models.GetBlobClient($"{Prefix}{day.ToString(DayFormat, CultureInfo.InvariantCulture)}/{instance}.json").UploadAsync(
            new BinaryData(JsonSerializer.SerializeToUtf8Bytes(byVersion, Json.Compact)), overwrite: true, cancellation);

    /// <summary>What all instances wrote, oldest day first; deletes what is older than <see cref="Days"/>.</summary>
    /// <param name="today">The day (UTC).</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<Traffic>> ReadAsync(DateOnly today, CancellationToken cancellation)
    {
        List<(string Name, ETag ETag, DateOnly Day)> kept = [];
        try
        {
            await foreach (BlobItem blob in _models.GetBlobsAsync(new GetBlobsOptions { Prefix = Prefix }, cancellation))
            {
                if (blob.Name[Prefix.Length..].Split('/') is not [var text, _]
                    || !DateOnly.TryParseExact(text, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
                {
                    continue; // nobody of this program wrote it
                }

                if (day <= today.AddDays(-Days))
                {
                    await _models.GetBlobClient(blob.Name).DeleteIfExistsAsync(cancellationToken: cancellation);
                }
                else
                {
                    kept.Add((blob.Name, blob.Properties.ETag!.Value, day));
                }
            }
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return [];
        }

        ParallelOptions parallel = new() { MaxDegreeOfParallelism = ReadConcurrency, CancellationToken = cancellation };
        await Parallel.ForEachAsync(kept, parallel, async (blob, stop) => await ReadAsync(blob.Name, blob.ETag, blob.Day, stop));
        foreach (string gone in _read.Keys.Except(kept.Select(blob => blob.Name)).ToArray())
        {
            _read.TryRemove(gone, out _);
        }

        return [.. _read.Values.SelectMany(blob => blob.Content).OrderBy(traffic => traffic.Day)];
    }

    private async Task ReadAsync(string name, ETag listed, DateOnly day, CancellationToken cancellation)
    {
        if (_read.TryGetValue(name, out (ETag ETag, IReadOnlyList<Traffic> Content) known) && known.ETag == listed)
        {
            return;
        }

        try
        {
            BlobDownloadResult blob = await _models.GetBlobClient(name).DownloadContentAsync(cancellation);
            _read[name] = (listed, Parse(name, day, blob.Content));
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            _read.TryRemove(name, out _); // deleted since it was listed
        }
    }

    private Traffic[] Parse(string name, DateOnly day, BinaryData json)
    {
        try
        {
            Dictionary<string, ScoreCounts> byVersion = json.ToObjectFromJson<Dictionary<string, ScoreCounts>>(Json.Compact) ?? [];
            if (byVersion.Values.All(counts => counts?.IsWhole() == true))
            {
                return [.. byVersion.Select(version => new Traffic(day, version.Key, version.Value))];
            }
        }
        catch (JsonException)
        {
        }

        logger.LogWarning("{Blob} is damaged: what it counted is left out", name);
        return [];
    }
}

/// <summary>What was scored on a day.</summary>
/// <param name="Day">UTC.</param>
/// <param name="Version">By which version.</param>
/// <param name="Counts">How many.</param>
public sealed record Traffic(DateOnly Day, string Version, ScoreCounts Counts);
