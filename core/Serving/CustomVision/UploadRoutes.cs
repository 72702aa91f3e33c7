using System.Security.Cryptography;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Serving.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ClockFunctions.Core.Serving.CustomVision;

/// <summary>Adds training images: from a form, from base64 in JSON, and from addresses.</summary>
/// <remarks>An image is stored under a name made of its content, so that the same image sent twice is one image.</remarks>
public sealed class UploadRoutes(TaggedImages images, TrainingIntake intake, ImageFetcher fetcher, UploadBudget budget, ImageLimits limits)
{
    private const int MostFiles = 64;
    private const int NameDigits = 32;

    /// <summary>Bytes of base64 in one JSON document at most: it is held as a whole, beside the images in it.</summary>
    private const int MostBase64Bytes = 64 * 1024 * 1024;

    internal async Task<IResult> FormAsync(CustomVisionCall call)
    {
        string label = LabelOf(call.Ids("tagIds"), await LabelsAsync(call));
        if (!MediaTypeHeaderValue.TryParse(call.Request.ContentType, out MediaTypeHeaderValue? type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw CustomVisionException.BadRequest("BadRequestImageStream", "Send the images as multipart/form-data.");
        }

        using UploadStream body = budget.Open(call.Request.BodyReader, call.Cancellation);
        ImageForm form = new(body, type, limits, "imageData");
        List<ImageCreateResult> results = [];
        // One at a time, and given back at once: a form of 64 files takes the memory of one.
        while (await form.NextAsync(call.Cancellation) is { } part)
        {
            using ImageUpload? upload = part.Upload;
            if (results.Count == MostFiles)
            {
                throw CustomVisionException.BadRequest("BadRequestExceededBatchSize", $"One request may have {MostFiles} images.");
            }

            string source = $"{results.Count + 1}";
            results.Add(upload is null
                ? new ImageCreateResult(source, StatusOf(part.Problem!), null)
                : await AddAsync(call, label, source, upload.Bytes));
        }

        return form.Problem is { } problem ? throw CustomVisionException.Of(problem) : Summary(results);
    }

    internal async Task<IResult> FilesAsync(CustomVisionCall call)
    {
        using UploadStream body = budget.Open(call.Request.BodyReader, call.Cancellation);
        (ImageUpload? upload, ProblemDetails? problem) = await ImageUpload.ReadAsync(
            body, body, call.Request.ContentLength, limits with { MaxBytes = MostBase64Bytes }, call.Cancellation);
        using (upload)
        {
            if (upload is null)
            {
                throw CustomVisionException.Of(problem!);
            }

            FileBatch batch = CustomVisionCall.Parse<FileBatch>(upload.Bytes.Span);
            return await AddAllAsync(call, batch.Images, batch.TagIds, file => file.TagIds, file => file.Name ?? "",
                file => Task.FromResult(file.Contents ?? []));
        }
    }

    internal async Task<IResult> UrlsAsync(CustomVisionCall call)
    {
        UrlBatch batch = await call.ReadJsonAsync<UrlBatch>(budget);
        return await AddAllAsync(call, batch.Images, batch.TagIds, image => image.TagIds, image => image.Url ?? "",
            image => fetcher.FetchAsync(image.Url ?? "", call.Cancellation));
    }

    private async Task<IResult> AddAllAsync<T>(
        CustomVisionCall call, T[]? entries, Guid[]? commonTags, Func<T, Guid[]?> tagsOf, Func<T, string> sourceOf,
        Func<T, Task<byte[]>> readAsync)
    {
        if (entries is null or [] || entries.Length > MostFiles)
        {
            throw CustomVisionException.BadRequest("BadRequestExceededBatchSize", $"One request has 1 to {MostFiles} images.");
        }

        IReadOnlyDictionary<Guid, string> labels = await LabelsAsync(call);
        List<ImageCreateResult> results = [];
        foreach (T entry in entries)
        {
            string label = LabelOf(tagsOf(entry) is { Length: > 0 } own ? own : commonTags ?? [], labels);
            try
            {
                results.Add(await AddAsync(call, label, sourceOf(entry), await readAsync(entry)));
            }
            catch (CustomVisionException e) when (e.Code is "BadRequestImageUrl" or "BadRequestImageSizeBytes")
            {
                results.Add(new ImageCreateResult(sourceOf(entry), "ErrorSource", null));
            }
        }

        return Summary(results);
    }

    private async Task<ImageCreateResult> AddAsync(CustomVisionCall call, string label, string source, ReadOnlyMemory<byte> image)
    {
        if (image.Length > limits.MaxBytes)
        {
            return new ImageCreateResult(source, "ErrorImageSize", null);
        }

        string type = ImageRoutes.MediaType(image.Span);
        string extension = type is "image/jpeg" ? "jpg" : type.Split('/')[1];
        string name = $"{Convert.ToHexStringLower(SHA256.HashData(image.Span))[..NameDigits]}.{extension}";
        if (intake.NameProblem(label, name) is { } misnamed)
        {
            throw CustomVisionException.BadRequest("BadRequestImageTags", misnamed.Detail!);
        }

        try
        {
            (bool isNew, ProblemDetails? problem) = await intake.AddAsync(label, name, image, type, call.Cancellation);
            return problem is null
                ? new ImageCreateResult(source, isNew ? "OK" : "OKDuplicate", ImageRoutes.Described(call, $"{label}/{name}", label))
                : throw CustomVisionException.Of(problem);
        }
        catch (ImageException e)
        {
            return new ImageCreateResult(source, StatusOf(Problems.Of(e)), null);
        }
    }

    private Task<IReadOnlyDictionary<Guid, string>> LabelsAsync(CustomVisionCall call) =>
        StorageDeadline.KeepAsync(images.LabelsAsync, call.Cancellation);

    /// <summary>The label of an image: one tag, no more and no less.</summary>
    private static string LabelOf(Guid[] tags, IReadOnlyDictionary<Guid, string> labels) => tags.Distinct().ToArray() switch
    {
        [var tag] => labels.GetValueOrDefault(tag)
            ?? throw CustomVisionException.BadRequest("BadRequestImageTags", $"There is no tag {tag}."),
        [] => throw CustomVisionException.BadRequest("BadRequestImageTags", "An image needs a tag: name it in tagIds."),
        _ => throw CustomVisionException.BadRequest("BadRequestExceedTagPerImageLimit", "An image has one tag here."),
    };

    private static string StatusOf(ProblemDetails problem) => problem.Status switch
    {
        StatusCodes.Status413PayloadTooLarge => "ErrorImageSize",
        StatusCodes.Status503ServiceUnavailable => throw CustomVisionException.Of(problem),
        _ => "ErrorImageFormat",
    };

    /// <summary>200 when all went well, 207 when some did, as their service answers.</summary>
    private static JsonHttpResult<ImageCreateSummary> Summary(List<ImageCreateResult> results)
    {
        if (results.Count == 0)
        {
            throw CustomVisionException.BadRequest("BadRequestImageStream", "There is no image in the request.");
        }

        bool successful = results.All(result => result.Image is not null);
        return Answers.Of(
            new ImageCreateSummary(successful, results), successful ? StatusCodes.Status200OK : StatusCodes.Status207MultiStatus);
    }

    private sealed record FileBatch(FileEntry[]? Images, Guid[]? TagIds);

    private sealed record FileEntry(string? Name, byte[]? Contents, Guid[]? TagIds);

    private sealed record UrlBatch(UrlEntry[]? Images, Guid[]? TagIds);

    private sealed record UrlEntry(string? Url, Guid[]? TagIds);
}
