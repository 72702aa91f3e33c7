using System.Globalization;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Reports;
using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using Microsoft.AspNetCore.Http;

namespace ClockFunctions.Core.Serving.CustomVision;

/// <summary>Trainings and versions, as Custom Vision's iterations.</summary>
/// <remarks>
/// A training begins by itself when images change, so <c>train</c> only makes sure that it does. Its answer names the iteration that
/// comes after the newest version: once that version is there, the same id shows it.
/// </remarks>
public sealed class IterationRoutes(
    ClassifierOptions options, CurrentModel current, PublishedVersions published, Func<ModelRegistry> registry,
    Func<TrainingStateBlob> state, Func<CustomVisionBlob> names, BackboneCatalogue backbones)
{
    private const double UsualThreshold = 0.5;
    private const int LongestName = 64;

    internal async Task<IResult> TrainAsync(CustomVisionCall call)
    {
        IReadOnlyList<RegisteredHead> heads = await HeadsAsync(call);
        (TrainingState now, _) = await StorageDeadline.KeepAsync(state().ReadAsync, call.Cancellation);
        await StorageDeadline.KeepAsync(
            async stop =>
            {
                await state().MarkDirtyAsync(stop);
                return true;
            },
            call.Cancellation);
        if (now.IsDirty || heads.Count == 0)
        {
            string? newest = heads is [var head, ..] ? head.Manifest.Version : null;
            return Answers.Of(Pending(call.Id(1), CustomVisionId.IterationAfter(newest), now, "Training"));
        }

        // Nothing changed since the newest version was trained: it is what a training would give.
        return Answers.Of(Described(call.Id(1), heads[0], await PublishedAsync(call)));
    }

    internal async Task<IResult> ListAsync(CustomVisionCall call)
    {
        CustomVisionNames published = await PublishedAsync(call);
        return Answers.Of<Iteration[]>([.. (await HeadsAsync(call)).Select(head => Described(call.Id(1), head, published))]);
    }

    internal async Task<IResult> GetAsync(CustomVisionCall call)
    {
        IReadOnlyList<RegisteredHead> heads = await HeadsAsync(call);
        if (Find(heads, call.Id(3)) is { } head)
        {
            return Answers.Of(Described(call.Id(1), head, await PublishedAsync(call)) with { Id = call.Id(3) });
        }

        string? newest = heads is [var first, ..] ? first.Manifest.Version : null;
        if (call.Id(3) != CustomVisionId.IterationAfter(newest))
        {
            throw Unknown(call.Id(3));
        }

        (TrainingState now, _) = await StorageDeadline.KeepAsync(state().ReadAsync, call.Cancellation);
        bool ended = now.Error is not null || !now.IsDirty;
        return Answers.Of(ended && now.Error is null && now.Waiting is null && heads.Count > 0
            ? Described(call.Id(1), heads[0], await PublishedAsync(call)) with { Id = call.Id(3) }
            : Pending(call.Id(1), call.Id(3), now, ended ? "Failed" : "Training"));
    }

    internal async Task<IResult> PerformanceAsync(CustomVisionCall call)
    {
        HeadManifest manifest = (await FindAsync(call)).Manifest;
        double threshold = UsualThreshold;
        if (call.Query("threshold") is { } text
            && !(double.TryParse(text, CultureInfo.InvariantCulture, out threshold) && threshold is >= 0 and <= 1))
        {
            throw CustomVisionException.BadRequest("BadRequest", "threshold must be 0 to 1.");
        }

        TrainingReport report = await StorageDeadline.KeepAsync(
            async stop => CustomVisionCall.Parse<TrainingReport>(await registry().Versions.ReadReportJsonAsync(manifest.Version, stop)),
            call.Cancellation);
        Metrics.SweepPoint point = report.Sweep.Points.MinBy(point => Math.Abs(point.Threshold - threshold))!;
        double? average = manifest.Metrics.PrAuc.Value;
        return Answers.Of(new IterationPerformance(point.Precision, point.Recall, average, 0, 0,
            [new TagPerformance(CustomVisionId.Tag(options.Target), options.Target, point.Precision, point.Recall, average, 0, 0)]));
    }

    internal async Task<IResult> PublishAsync(CustomVisionCall call)
    {
        string version = (await FindAsync(call)).Manifest.Version;
        string name = call.Query("publishName") ?? "";
        if (name.Length is 0 or > LongestName || !name.All(one => char.IsAsciiLetterOrDigit(one) || one is '-' or '_' or '.' or ' ')
            || VersionId.IsValid(name))
        {
            throw CustomVisionException.BadRequest(
                "BadRequestInvalidPublishName",
                $"A published name has 1 to {LongestName} letters, digits, spaces, and . - _, and is no version's.");
        }

        bool overwrite = call.Query("overwrite") is "true" or "True";
        await StorageDeadline.KeepAsync(
            stop => name == PublishedVersions.Current ? MoveAsync(version, stop) : NameAsync(name, version, overwrite, stop),
            call.Cancellation);
        return Answers.Of(true);
    }

    internal async Task<IResult> UnpublishAsync(CustomVisionCall call)
    {
        RegisteredHead head = await FindAsync(call);
        string version = head.Manifest.Version;
        if (!(await PublishedAsync(call)).Published.Values.Contains(version))
        {
            throw head.IsCurrent
                ? CustomVisionException.BadRequest(
                    "BadRequestUnpublishFailed", "The current version always answers: publish another one as 'current' instead.")
                : CustomVisionException.BadRequest("BadRequestIterationNotPublished", "The iteration is not published.");
        }

        await StorageDeadline.KeepAsync(
            stop => ChangeAsync(
                known => known with { Published = known.Published.Where(pair => pair.Value != version).ToDictionary() }, stop),
            call.Cancellation);
        return TypedResults.NoContent();
    }

    /// <summary>Makes a version the current one, as <c>/api/models/{version}/publish</c> does.</summary>
    private async Task<bool> MoveAsync(string version, CancellationToken cancellation)
    {
        try
        {
            CurrentHead before = await registry().Current.ReadAsync(known: null, cancellation);
            await registry().PublishAsync(
                version, before.ETag, backbones.Resolve(options.Backbone).Spec, options.Pipeline, cancellation);
            await current.PollAsync(cancellation);
            return true;
        }
        catch (InvalidHeadException e)
        {
            throw CustomVisionException.BadRequest("BadRequestIterationValidationFailed", e.Message);
        }
        catch (RegistryConflictException e)
        {
            throw new CustomVisionException(StatusCodes.Status409Conflict, "Conflict", e.Message);
        }
    }

    private async Task<bool> NameAsync(string name, string version, bool overwrite, CancellationToken cancellation)
    {
        await published.CheckAsync(version, cancellation);
        return await ChangeAsync(
            known => known.Published.TryGetValue(name, out string? before) && before != version && !overwrite
                ? throw CustomVisionException.BadRequest(
                    "BadRequestIterationIsPublished", $"Version {before} is published as '{name}': overwrite=true replaces it.")
                : known with { Published = new Dictionary<string, string>(known.Published) { [name] = version } },
            cancellation);
    }

    private async Task<bool> ChangeAsync(Func<CustomVisionNames, CustomVisionNames> change, CancellationToken cancellation)
    {
        await names().ChangeAsync(change, cancellation);
        published.Forget();
        return true;
    }

    private Task<IReadOnlyList<RegisteredHead>> HeadsAsync(CustomVisionCall call) =>
        StorageDeadline.KeepAsync(registry().ListAsync, call.Cancellation);

    private Task<CustomVisionNames> PublishedAsync(CustomVisionCall call) =>
        StorageDeadline.KeepAsync(names().ReadAsync, call.Cancellation);

    private async Task<RegisteredHead> FindAsync(CustomVisionCall call) =>
        Find(await HeadsAsync(call), call.Id(3)) ?? throw Unknown(call.Id(3));

    /// <param name="heads">Newest first.</param>
    /// <param name="iteration">The version's own id, or the one that <c>train</c> gave for it.</param>
    private static RegisteredHead? Find(IReadOnlyList<RegisteredHead> heads, Guid iteration)
    {
        for (int i = 0; i < heads.Count; i++)
        {
            string? before = i + 1 < heads.Count ? heads[i + 1].Manifest.Version : null;
            if (CustomVisionId.Iteration(heads[i].Manifest.Version) == iteration || CustomVisionId.IterationAfter(before) == iteration)
            {
                return heads[i];
            }
        }

        return null;
    }

    private static Iteration Described(Guid project, RegisteredHead head, CustomVisionNames published)
    {
        HeadManifest manifest = head.Manifest;
        string? name = published.Published.FirstOrDefault(pair => pair.Value == manifest.Version).Key;
        return new Iteration
        {
            Id = CustomVisionId.Iteration(manifest.Version),
            Name = manifest.Version,
            Status = "Completed",
            ProjectId = project,
            Created = manifest.Created,
            LastModified = manifest.Created,
            TrainedAt = manifest.Created,
            PublishName = name ?? (head.IsCurrent ? PublishedVersions.Current : null),
        };
    }

    private static Iteration Pending(Guid project, Guid id, TrainingState now, string status) => new()
    {
        Id = id,
        Name = "next",
        Status = status,
        ProjectId = project,
        Created = now.DirtySince,
        LastModified = now.Changed,
        TrainingErrorDetails = status == "Failed" ? now.Error ?? now.Waiting ?? "There are no images." : null,
    };

    private static CustomVisionException Unknown(Guid iteration) =>
        CustomVisionException.NotFound("NotFoundIteration", $"There is no iteration {iteration}.");
}
