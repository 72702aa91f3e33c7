using System.Diagnostics;
using ClockFunctions.Core.Imaging;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>POST <see cref="ClassifierRoutes.Score"/>.</summary>
public sealed class ScoreEndpoint(
    CurrentModel current, Func<Scorer> scorer, ScoringGate gate, UploadBudget budget, ServingOptions serving, ImageLimits limits)
{
    private const string Outcome = "scored";

    internal async Task<IResult> PostAsync(HttpRequest request, CancellationToken cancellation)
    {
        (ScoreOptions asked, ProblemDetails? problem) = ScoreQuery.Parse(request.Query);
        if (problem is not null)
        {
            return Answers.Of(problem);
        }

        ServedModel? model = await current.GetAsync(cancellation).ConfigureAwait(false);
        if (scorer().Refusal(model, asked) is { } refusal)
        {
            return Answers.Of(Problems.InvalidParameter(asked.Explain ? "explain" : "head", refusal));
        }

        // Before the body is read: an overloaded service must not pay for what it turns away.
        if (gate.IsFull)
        {
            return Overloaded();
        }

        if (MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return await ScoreFilesAsync(request, type, model, asked, cancellation).ConfigureAwait(false);
        }

        if (ImageContentType.Problem(request.ContentType) is { } unsupported)
        {
            return Answers.Of(unsupported);
        }

        (ImageUpload? upload, problem) = await ImageUpload.ReadAsync(request.Body, request.ContentLength, limits, budget, cancellation).ConfigureAwait(false);
        return upload is null
            ? Failed(problem!)
            : Answer(request, await ScoreAsync(upload, mayBeShed: true, model, asked, cancellation).ConfigureAwait(false));
    }

    private async Task<IResult> ScoreFilesAsync(HttpRequest request, MediaTypeHeaderValue type, ServedModel? model, ScoreOptions asked, CancellationToken cancellation)
    {
        List<Task<FileOutcome>> files = [];
        ProblemDetails? problem = null;
        try
        {
            ImageForm form = new(request.Body, type, limits, budget);
            while (problem is null && await form.NextAsync(cancellation).ConfigureAwait(false) is { } part)
            {
                if (files.Count == serving.MaxFiles)
                {
                    problem = Problems.TooLarge($"One request may have {serving.MaxFiles} files.");
                    part.Upload?.Dispose();
                    break;
                }

                // The first file is let in or turned away for all; the others wait their turn, some under way while the next is read.
                bool first = files.Count == 0;
                files.Add(part.Upload is null
                    ? Task.FromResult(new FileOutcome(null, part.Problem))
                    : Task.Run(() => ScoreAsync(part.Upload, mayBeShed: first, model, asked, cancellation), CancellationToken.None));
                if (files.Count >= gate.Concurrency)
                {
                    await files[^gate.Concurrency].ConfigureAwait(false);
                }

                problem = files[0].IsCompletedSuccessfully && files[0].Result.Problem is { Status: StatusCodes.Status503ServiceUnavailable } shed ? shed : null;
            }

            problem ??= form.Problem;
        }
        finally
        {
            // Whatever happened, no score of this request goes on behind its answer.
            await ((Task)Task.WhenAll(files)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (problem is not null)
        {
            return Failed(problem);
        }

        FileOutcome[] outcomes = await Task.WhenAll(files).ConfigureAwait(false);
        return outcomes switch
        {
            [] => Answers.Of(Problems.NoImage("The form has no file.")),
            [var only] => Answer(request, only),
            _ => Answers.Of(new ScoreBatch([.. outcomes.Select(outcome => (object?)outcome.Problem ?? WithExplanation(outcome.Scored!))])),
        };
    }

    /// <summary>Scores one upload and disposes of it.</summary>
    private async Task<FileOutcome> ScoreAsync(ImageUpload upload, bool mayBeShed, ServedModel? model, ScoreOptions asked, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        string outcome = Outcome;
        using (upload)
        using (CancellationTokenSource waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
        {
            waiting.CancelAfter(mayBeShed ? ScoringGate.LongestWait : Timeout.InfiniteTimeSpan);
            try
            {
                using ScoringGate.Place? place = mayBeShed
                    ? await gate.TryEnterAsync(waiting.Token).ConfigureAwait(false)
                    : await gate.EnterAsync(waiting.Token).ConfigureAwait(false);
                if (place is null)
                {
                    outcome = "overloaded";
                    return new FileOutcome(null, Overload());
                }

                return new FileOutcome(scorer().Score(upload.Bytes, model, asked, waiting.Token), null);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                outcome = "overloaded";
                return new FileOutcome(null, Overload());
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
    }

    private IResult Answer(HttpRequest request, FileOutcome outcome) => outcome switch
    {
        { Problem: { } problem } => Failed(problem),
        { Scored: { Overlay: { } overlay } } when !AcceptsJson(request) => TypedResults.Bytes(overlay, "image/png"),
        _ => Answers.Of(WithExplanation(outcome.Scored!)),
    };

    private Answers.ProblemAnswer Failed(ProblemDetails problem) =>
        Answers.Of(problem, problem.Status == StatusCodes.Status503ServiceUnavailable ? gate.RetryAfter : null);

    private Answers.ProblemAnswer Overloaded() => Failed(Overload());

    private static ProblemDetails Overload() => Problems.Overloaded(ScoringGate.Full);

    private static Score WithExplanation(ScoreResult scored) => scored.Overlay is null
        ? scored.Score
        : scored.Score with { Explanation = $"data:image/png;base64,{Convert.ToBase64String(scored.Overlay)}" };

    private static bool AcceptsJson(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase));

    private sealed record FileOutcome(ScoreResult? Scored, ProblemDetails? Problem);
}
