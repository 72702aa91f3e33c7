using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Core.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ClockFunctions.Core.Serving.CustomVision;

/// <summary><c>{projectId}/classify/iterations/{publishedName}/{image|url}[/nostore]</c>.</summary>
public sealed class PredictionRoutes(
    ClassifierOptions options, PublishedVersions versions, ScoreEndpoint score, ImageFetcher fetcher, UploadBudget budget,
    TimeProvider time)
{
    /// <summary>What the complement of the target is called where the model knows no or several other labels.</summary>
    private const string Negative = "Negative";

    internal async Task<IResult> ClassifyImageAsync(CustomVisionCall call)
    {
        ServedModel? model = await versions.FindAsync(call.Path[3], call.Cancellation);
        using UploadStream body = budget.Open(call.Request.BodyReader, call.Cancellation);
        (ImageUpload? upload, ProblemDetails? problem) = await ReadAsync(call.Request, body, call.Cancellation);
        using (upload)
        {
            return upload is null
                ? throw CustomVisionException.Of(problem!)
                : await ClassifyAsync(call, model, upload.Bytes);
        }
    }

    internal async Task<IResult> ClassifyUrlAsync(CustomVisionCall call)
    {
        ServedModel? model = await versions.FindAsync(call.Path[3], call.Cancellation);
        ImageUrl asked = await call.ReadJsonAsync<ImageUrl>(budget);
        byte[] image = await fetcher.FetchAsync(asked.Url, call.Cancellation);
        return await ClassifyAsync(call, model, image);
    }

    private async Task<IResult> ClassifyAsync(CustomVisionCall call, ServedModel? model, ReadOnlyMemory<byte> image)
    {
        Guid project = call.Id(0);
        (Score? scored, ProblemDetails? problem) = await score.ScoreAsync(image, model, call.Cancellation);
        if (scored is null)
        {
            throw CustomVisionException.Of(problem!);
        }

        string complement = Complement(model);
        TagPrediction[] predictions =
        [
            new(scored.Probability, CustomVisionId.Tag(options.Target), options.Target, "Regular"),
            new(Math.Round(1 - scored.Probability, 6), CustomVisionId.Tag(complement), complement, "Negative"),
        ];
        return Answers.Of(new ImagePrediction(
            Guid.NewGuid(), project, CustomVisionId.Iteration(scored.Model.Version), time.GetUtcNow(),
            [.. predictions.OrderByDescending(prediction => prediction.Probability)]));
    }

    /// <summary>The other label, if the model was trained on exactly one.</summary>
    private string Complement(ServedModel? model) =>
        model?.Manifest.LabelCounts.Keys.Where(label => label != options.Target).ToArray() is [var only] ? only : Negative;

    /// <summary>The image of the body: the body itself, or a form's first file or field <c>imageData</c>.</summary>
    private async Task<(ImageUpload? Upload, ProblemDetails? Problem)> ReadAsync(
        HttpRequest request, UploadStream body, CancellationToken cancellation)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            return await ImageUpload.ReadAsync(body, body, request.ContentLength, options.Images, cancellation);
        }

        ImageForm form = new(body, type, options.Images, "imageData");
        return await form.NextAsync(cancellation) is { } part
            ? (part.Upload, part.Problem)
            : (null, form.Problem ?? Problems.NoImage("The form has no field imageData."));
    }
}

/// <param name="Url">Where an image is.</param>
internal sealed record ImageUrl(string Url);
