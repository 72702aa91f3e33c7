using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>PUT <see cref="ClassifierRoutes.Training"/>.</summary>
public sealed class TrainingEndpoint(
    ClassifierOptions options, Func<TrainingContainer> container, Func<TrainingStateBlob> state, ImageDecoder decoder, ScoringGate gate,
    UploadBudget budget)
{
    // What container names may hold at most, less room for the label (1,024 in all).
    private const int LongestName = 512;

    // Only decoding shows that an image can be decoded; a small rendering of it is enough for that.
    private const int ShortSideToProve = 64;

    internal async Task<IResult> PutAsync(HttpRequest request, string label, string name, CancellationToken cancellation)
    {
        ProblemDetails? problem = NameProblem("label", label) ?? NameProblem("name", name) ?? RuleProblem(label, name)
            ?? ImageContentType.Problem(request.ContentType);
        if (problem is not null)
        {
            return Answers.Of(problem);
        }

        using UploadStream body = budget.Open(request.BodyReader, cancellation);
        (ImageUpload? upload, problem) = await ImageUpload.ReadAsync(body, body, request.ContentLength, options.Images, cancellation);
        using (upload)
        {
            if (upload is null)
            {
                return Failed(problem!);
            }

            if (!await TryDecodeAsync(upload, cancellation))
            {
                return Failed(Problems.Overloaded(ScoringGate.Full));
            }

            bool isNew = await StorageDeadline.KeepAsync(
                stop => StoreAsync($"{label}/{name}", upload, request.ContentType, stop), cancellation);
            TrainingImageAdded added = new(label, name, upload.Length);
            return Answers.Of(added, isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
        }
    }

    /// <returns>Whether there was no image of that name before.</returns>
    private async Task<bool> StoreAsync(string path, ImageUpload upload, string? contentType, CancellationToken cancellation)
    {
        TrainingBlob? before = await container().FindAsync(path, cancellation);
        if (before is null || !await IsSameAsync(before, upload, cancellation))
        {
            await container().AddAsync(path, new BinaryData(upload.Bytes), contentType, cancellation);
            await state().MarkDirtyAsync(cancellation);
        }

        return before is null;
    }

    /// <summary>An image that cannot be decoded would only be quarantined later: tell whoever sends it now.</summary>
    /// <returns>False when the machine is too busy to find out.</returns>
    /// <exception cref="ImageException">The image is unusable.</exception>
    private async Task<bool> TryDecodeAsync(ImageUpload upload, CancellationToken cancellation)
    {
        using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        waiting.CancelAfter(ScoringGate.LongestWait);
        try
        {
            using ScoringGate.Place? place = await gate.TryEnterAsync(waiting.Token);
            if (place is not null)
            {
                decoder.Decode(upload.Bytes, ShortSideToProve, waiting.Token).Dispose();
            }

            return place is not null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Whether the blob holds this image already. Azurite notes no MD5: what has the same length is then read.</summary>
    private async Task<bool> IsSameAsync(TrainingBlob blob, ImageUpload upload, CancellationToken cancellation)
    {
        if (blob.Length != upload.Length || blob.ContentMd5 is not null)
        {
            return blob.Length == upload.Length && blob.Holds(upload.Bytes.Span);
        }

        try
        {
            return await container().ReadAsync(blob, cancellation) is { } content
                && content.ToMemory().Span.SequenceEqual(upload.Bytes.Span);
        }
        catch (UnreadableBlobException)
        {
            return false; // written anew, it can be read again
        }
    }

    private Answers.ProblemAnswer Failed(ProblemDetails problem) =>
        Answers.Of(problem, problem.Status == StatusCodes.Status503ServiceUnavailable ? gate.RetryAfter : null);

    private static ProblemDetails? NameProblem(string parameter, string value)
    {
        bool isSegment = value.Length is > 0 and <= LongestName
            && !value.Contains('/', StringComparison.Ordinal) && !value.Contains("%2F", StringComparison.OrdinalIgnoreCase);
        return isSegment
            ? BlobName.Problem(value) is { } problem ? Problems.InvalidParameter(parameter, $"This {parameter} {problem}.") : null
            : Problems.InvalidParameter(parameter, $"A {parameter} has 1 to {LongestName} characters and no slash.");
    }

    private ProblemDetails? RuleProblem(string label, string name)
    {
        string? given = LabelRule.Parse(options.Training.LabelRule).Of($"{label}/{name}")?.Label;
        return given == label
            ? null : Problems.InvalidParameter(
                "label", $"The label rule {options.Training.LabelRule} gives this name the label {given ?? "of nothing"}, not {label}.");
    }
}

/// <summary>An image is in the training container, and a training will see it.</summary>
/// <param name="Label">Its label.</param>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its size.</param>
public sealed record TrainingImageAdded(string Label, string Name, long Bytes);
