using System.Diagnostics;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Observability;
using ClockFunctions.Core.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>POST <see cref="ClassifierRoutes.Score"/>.</summary>
public sealed class ScoreEndpoint(
    CurrentModel current, Func<Scorer> scorer, ScoringGate gate, UploadBudget budget, ServingOptions serving, ImageLimits limits,
    TimeProvider time)
{
    private const string Outcome = "scored";

    internal async Task<IResult> PostAsync(HttpRequest request, CancellationToken cancellation)
    {
        (ScoreOptions asked, ProblemDetails? problem) = ScoreQuery.Parse(request.Query);
        if (problem is not null)
        {
            return Answers.Of(problem);
        }

        ServedModel? model = await current.GetAsync(cancellation);
        if (asked.Head is null && scorer().Untrained(model) is { } untrained)
        {
            // Whether there is a model is not known before the registry has answered. Once it has, photos are needed, not patience.
            return current.Polled
                ? Answers.Of(Problems.NotTrained(untrained))
                : Failed(Problems.StorageUnavailable(current.StorageProblem ?? "The model registry has not answered yet."));
        }

        if (scorer().Refusal(model, asked) is { } refusal)
        {
            return Answers.Of(Problems.InvalidParameter(asked.Explain ? "explain" : "head", refusal));
        }

        // Before the body is read: an overloaded service must not pay for what it turns away.
        if (gate.IsFull)
        {
            return await TurnAwayAsync(images: 1, cancellation);
        }

        if (MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return await ScoreFilesAsync(request, type, model, asked, cancellation);
        }

        if (ImageContentType.Problem(request.ContentType) is { } unsupported)
        {
            return Answers.Of(unsupported);
        }

        using UploadStream body = budget.Open(request.BodyReader, cancellation);
        (ImageUpload? upload, problem) = await ImageUpload.ReadAsync(body, body, request.ContentLength, limits, cancellation);
        using (upload)
        {
            if (upload is null)
            {
                return Failed(problem!);
            }

            using ScoringGate.Admission? admission = gate.TryAdmit(1);
            if (admission is null)
            {
                upload.Dispose(); // nobody's memory is held back with the answer
                return await TurnAwayAsync(images: 1, cancellation);
            }

            return await ScoreOneAsync(upload.Bytes, admission, model, asked, cancellation) is { } outcome
                ? Answer(request, outcome)
                : TurnAway(images: 1);
        }
    }

    /// <summary>Scores one image that came by another route, as this one would.</summary>
    /// <returns>The score, or the problem with the image, or that there is no room for it.</returns>
    internal async Task<(Score? Score, ProblemDetails? Problem)> ScoreAsync(
        ReadOnlyMemory<byte> image, ServedModel? model, CancellationToken cancellation)
    {
        ScoreOptions asked = new();
        if (scorer().Refusal(model, asked) is { } refusal)
        {
            return (null, Problems.NotReady(refusal));
        }

        using ScoringGate.Admission? admission = gate.TryAdmit(1);
        FileOutcome? outcome = admission is null ? null : await ScoreOneAsync(image, admission, model, asked, cancellation);
        if (outcome is null)
        {
            Telemetry.ScoreDone("overloaded", seconds: 0);
            return (null, Problems.Overloaded(ScoringGate.Full));
        }

        return (outcome.Scored?.Score, outcome.Problem);
    }

    /// <returns>Null when no place or no memory was free in time.</returns>
    private async Task<FileOutcome?> ScoreOneAsync(
        ReadOnlyMemory<byte> image, ScoringGate.Admission admission, ServedModel? model, ScoreOptions asked, CancellationToken cancellation)
    {
        using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        waiting.CancelAfter(ScoringGate.LongestWait);
        try
        {
            return await ScoreAsync(image, admission, model, asked, waiting.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<IResult> ScoreFilesAsync(
        HttpRequest request, MediaTypeHeaderValue type, ServedModel? model, ScoreOptions asked, CancellationToken cancellation)
    {
        // What the queue could never hold is refused for good, and not told to come back.
        int mostFiles = Math.Min(serving.MaxFiles, gate.Capacity);
        using UploadStream body = budget.Open(request.BodyReader, cancellation);
        (WholeForm? form, ProblemDetails? problem) = await WholeForm.ReadAsync(
            new ImageForm(body, type, limits), mostFiles, budget, cancellation);
        body.Finish();
        using (form)
        {
            if (form is null)
            {
                return Failed(problem!);
            }

            using ScoringGate.Admission? admission = gate.TryAdmit(form.Images);
            if (admission is null)
            {
                int images = form.Images;
                form.Dispose();
                return await TurnAwayAsync(images, cancellation);
            }

            // However many files there are, one of them gets its place in every such time, or the form goes as one image would.
            using CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            waiting.CancelAfter(ScoringGate.LongestWait);
            Task<FileOutcome>[] files = [.. form.Parts.Select(part => part.Upload is { } upload
                ? Task.Run(
                    async () =>
                    {
                        using (upload) // what was scored needs its memory no more, though other files of the form go on
                        {
                            return await ScoreAsync(
                                upload.Bytes, admission, model, asked, waiting.Token,
                                entered: () => waiting.CancelAfter(ScoringGate.LongestWait));
                        }
                    },
                    CancellationToken.None)
                : Task.FromResult(new FileOutcome(null, part.Problem)))];
            // Whatever happens, no score of this request goes on behind its answer.
            await ((Task)Task.WhenAll(files)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (files.Any(file => file.IsCanceled) && !cancellation.IsCancellationRequested)
            {
                return TurnAway(form.Images);
            }

            FileOutcome[] outcomes = await Task.WhenAll(files);
            return outcomes is [var only]
                ? Answer(request, only)
                : Answers.Of(new ScoreBatch([.. outcomes.Select(outcome => (object?)outcome.Problem ?? WithExplanation(outcome.Scored!))]));
        }
    }

    /// <summary>
    /// Scores one image that was let in, unless it waits for its place or for memory until <paramref name="waiting"/> ends.
    /// <paramref name="entered"/> is told when it has its place.
    /// </summary>
    private async Task<FileOutcome> ScoreAsync(
        ReadOnlyMemory<byte> image, ScoringGate.Admission admission, ServedModel? model, ScoreOptions asked, CancellationToken waiting,
        Action? entered = null)
    {
        long start = Stopwatch.GetTimestamp();
        string outcome = Outcome;
        try
        {
            using ScoringGate.Place place = await admission.EnterAsync(waiting);
            entered?.Invoke();
            return new FileOutcome(scorer().Score(image, model, asked, waiting), null);
        }
        catch (ImageException e)
        {
            ProblemDetails problem = Problems.Of(e);
            outcome = problem.Type![Problems.TypePrefix.Length..];
            return new FileOutcome(null, problem);
        }
        finally
        {
            Telemetry.ScoreDone(outcome, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
    }

    private IResult Answer(HttpRequest request, FileOutcome outcome) => outcome switch
    {
        { Problem: { } problem } => Failed(problem),
        { Scored: { Overlay: { } overlay } } when !AcceptsJson(request) => TypedResults.Bytes(overlay, "image/png"),
        _ => Answers.Of(WithExplanation(outcome.Scored!)),
    };

    private Answers.ProblemAnswer Failed(ProblemDetails problem) =>
        Answers.Of(problem, problem.Status == StatusCodes.Status503ServiceUnavailable ? gate.RetryAfter : null);

    /// <summary>The queue has no room for all the images of a request, who is told so a moment later.</summary>
    private async Task<IResult> TurnAwayAsync(int images, CancellationToken cancellation)
    {
        await Task.Delay(ScoringGate.HoldBack, time, cancellation);
        return TurnAway(images);
    }

    /// <summary>None of the images of a request is scored.</summary>
    private Answers.ProblemAnswer TurnAway(int images)
    {
        for (int image = 0; image < images; image++)
        {
            Telemetry.ScoreDone("overloaded", seconds: 0);
        }

        return Failed(Problems.Overloaded(ScoringGate.Full));
    }

    private static Score WithExplanation(ScoreResult scored) => scored.Overlay is null
        ? scored.Score
        : scored.Score with { Explanation = $"data:image/png;base64,{Convert.ToBase64String(scored.Overlay)}" };

    private static bool AcceptsJson(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase));

    private sealed record FileOutcome(ScoreResult? Scored, ProblemDetails? Problem);
}
