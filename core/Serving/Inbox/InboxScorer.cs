using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Core.Serving.Inbox;

/// <summary>
/// Scores images in bulk: that of <c>inbox/{name}</c> lands in <c>scores/{name}.json</c>, as the JSON that
/// <c>/api/score</c> would answer. An unusable image gets its problem there; it is an answer, not a failure.
/// </summary>
/// <remarks>
/// May be called any number of times, late and out of order: the score notes in metadata <c>image</c> which version of the
/// image it is of, a version is scored once, and what was scored of an older version never replaces a newer score.
/// </remarks>
public sealed class InboxScorer(
    StorageContainers containers, CurrentModel current, Func<Scorer> scorer, ScoringGate gate, ImageLimits limits)
{
    /// <summary>Metadata of a score: ETag of the image that it is of, without quotes.</summary>
    public const string ImageVersion = "image";

    /// <summary>What a score's name has after the image's.</summary>
    public const string ScoreSuffix = ".json";

    /// <summary>
    /// Scores one image of the inbox, if it is still there and not scored yet. While nothing answers it stays where it is, without a
    /// score: the watcher and the sweep come back to it.
    /// </summary>
    /// <param name="name">Name of the blob; it may hold slashes.</param>
    /// <param name="cancellation">Gives up; nothing is written then.</param>
    /// <exception cref="RequestFailedException">The storage failed: try again.</exception>
    public async Task ScoreAsync(string name, CancellationToken cancellation)
    {
        BlobClient image = containers.Inbox.GetBlobClient(name);
        BlobClient score = containers.Scores.GetBlobClient(name + ScoreSuffix);
        while (await VersionAsync(image, cancellation) is { } version)
        {
            BlobProperties? before = await PropertiesAsync(score, cancellation);
            if (before?.Metadata.TryGetValue(ImageVersion, out string? scored) == true && scored == version.ETag)
            {
                return;
            }

            if (await WaitsForTrainingAsync(cancellation))
            {
                return;
            }

            // The image may change while it is read, and another instance may score it meanwhile: then look again.
            if (await AnswerAsync(image, version, cancellation) is { } answer
                && await WriteAsync(score, before, answer, version.ETag, cancellation))
            {
                return;
            }
        }
    }

    /// <summary>Whether nothing answers before the first training, so that there is no use in looking for images.</summary>
    public async Task<bool> WaitsForTrainingAsync(CancellationToken cancellation) =>
        scorer().Untrained(await current.GetAsync(cancellation)) is not null;

    /// <summary>The score or the problem as JSON; null when this version of the image is gone.</summary>
    private async Task<BinaryData?> AnswerAsync(BlobClient image, (string ETag, long Length) version, CancellationToken cancellation)
    {
        if (version.Length > limits.MaxBytes)
        {
            return Json(Problems.TooLarge($"An image may have {limits.MaxBytes} bytes."));
        }

        try
        {
            BlobDownloadOptions options = new() { Conditions = new BlobRequestConditions { IfMatch = new ETag(version.ETag) } };
            BlobDownloadResult content = await image.DownloadContentAsync(options, cancellation);
            ServedModel? model = await current.GetAsync(cancellation);
            using ScoringGate.Place place = await gate.EnterAsync(cancellation);
            return Json(scorer().Score(content.Content.ToMemory(), model, new ScoreOptions(), cancellation).Score);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return null;
        }
        catch (ImageException unusable)
        {
            return Json(Problems.Of(unusable));
        }
    }

    /// <returns>False when somebody else wrote since <paramref name="before"/> was read.</returns>
    private static async Task<bool> WriteAsync(
        BlobClient score, BlobProperties? before, BinaryData answer, string version, CancellationToken cancellation)
    {
        BlobUploadOptions options = new()
        {
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" },
            Metadata = new Dictionary<string, string> { [ImageVersion] = version },
            Conditions = before is null
                ? new BlobRequestConditions { IfNoneMatch = ETag.All }
                : new BlobRequestConditions { IfMatch = before.ETag },
        };
        try
        {
            await score.UploadAsync(answer, options, cancellation);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return false;
        }
    }

    private static async Task<(string ETag, long Length)?> VersionAsync(BlobClient image, CancellationToken cancellation) =>
        await PropertiesAsync(image, cancellation) is { } found
            ? (found.ETag.ToString("G").Trim('"'), found.ContentLength)
            : null;

    private static async Task<BlobProperties?> PropertiesAsync(BlobClient blob, CancellationToken cancellation)
    {
        try
        {
            return await blob.GetPropertiesAsync(cancellationToken: cancellation);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    private static BinaryData Json<T>(T answer) => new(JsonSerializer.SerializeToUtf8Bytes(answer, Core.Json.Compact));
}
