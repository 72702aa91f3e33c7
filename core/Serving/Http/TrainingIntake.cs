using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using Microsoft.AspNetCore.Mvc;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>How a labelled image that came by HTTP gets into the training container: checked, decoded once, and stored.</summary>
public sealed class TrainingIntake(
    ClassifierOptions options, Func<TrainingContainer> container, Func<TrainingStateBlob> state, ImageDecoder decoder, ScoringGate gate)
{
    // What container names may hold at most, less room for the label (1,024 in all).
    private const int LongestName = 512;

    // Only decoding shows that an image can be decoded; a small rendering of it is enough for that.
    private const int ShortSideToProve = 64;

    /// <summary>Why an image cannot have this label and this name; null when it can.</summary>
    internal ProblemDetails? NameProblem(string label, string name) =>
        SegmentProblem("label", label) ?? SegmentProblem("name", name) ?? RuleProblem(label, name);

    /// <summary>Takes an image in.</summary>
    /// <returns>Whether there was none of that name before, or the problem with it.</returns>
    /// <exception cref="ImageException">The image is unusable.</exception>
    internal async Task<(bool IsNew, ProblemDetails? Problem)> AddAsync(
        string label, string name, ReadOnlyMemory<byte> image, string? contentType, CancellationToken cancellation)
    {
        if (!await TryDecodeAsync(image, cancellation))
        {
            return (false, Problems.Overloaded(ScoringGate.Full));
        }

        bool isNew = await StorageDeadline.KeepAsync(stop => StoreAsync($"{label}/{name}", image, contentType, stop), cancellation);
        return (isNew, null);
    }

    /// <returns>Whether there was no image of that name before.</returns>
    private async Task<bool> StoreAsync(string path, ReadOnlyMemory<byte> image, string? contentType, CancellationToken cancellation)
    {
        TrainingBlob? before = await container().FindAsync(path, cancellation);
        if (before is null || !await IsSameAsync(before, image, cancellation))
        {
            await container().AddAsync(path, new BinaryData(image), contentType, cancellation);
            await state().MarkDirtyAsync(cancellation);
        }

        return before is null;
    }

    /// <summary>An image that cannot be decoded would only be quarantined later: tell whoever sends it now.</summary>
    /// <returns>False when the machine is too busy to find out.</returns>
    /// <exception cref="ImageException">The image is unusable.</exception>
    private async Task<bool> TryDecodeAsync(ReadOnlyMemory<byte> image, CancellationToken cancellation)
    {
        using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        waiting.CancelAfter(ScoringGate.LongestWait);
        try
        {
            using ScoringGate.Place? place = await gate.TryEnterAsync(waiting.Token);
            if (place is not null)
            {
                decoder.Decode(image, ShortSideToProve, waiting.Token).Dispose();
            }

            return place is not null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Whether the blob holds this image already. Azurite notes no MD5: what has the same length is then read.</summary>
    private async Task<bool> IsSameAsync(TrainingBlob blob, ReadOnlyMemory<byte> image, CancellationToken cancellation)
    {
        if (blob.Length != image.Length || blob.ContentMd5 is not null)
        {
            return blob.Length == image.Length && blob.Holds(image.Span);
        }

        try
        {
            return await container().ReadAsync(blob, cancellation) is { } content
                && content.ToMemory().Span.SequenceEqual(image.Span);
        }
        catch (UnreadableBlobException)
        {
            return false; // written anew, it can be read again
        }
    }

    private static ProblemDetails? SegmentProblem(string parameter, string value)
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
