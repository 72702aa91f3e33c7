using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Core.Storage;
using Microsoft.AspNetCore.Http;

namespace ClockFunctions.Core.Serving.CustomVision;

/// <summary>Lists, shows and deletes training images.</summary>
public sealed class ImageRoutes(TaggedImages images, Func<TrainingContainer> container, Func<TrainingStateBlob> state)
{
    private const int UsualPage = 50;
    private const int LargestPage = 256;

    internal async Task<IResult> ListAsync(CustomVisionCall call, bool tagged = true)
    {
        int take = call.Number("take", UsualPage, LargestPage);
        int skip = call.Number("skip", 0, int.MaxValue);
        IReadOnlyList<(TrainingBlob Blob, string Label)> found = await FindAsync(call, tagged);
        return Answers.Of<TaggedImage[]>([.. found.Skip(skip).Take(take).Select(image => Described(call, image.Blob.Name, image.Label))]);
    }

    internal async Task<IResult> CountAsync(CustomVisionCall call, bool tagged = true) =>
        Answers.Of((await FindAsync(call, tagged)).Count);

    internal async Task<IResult> ByIdAsync(CustomVisionCall call)
    {
        HashSet<Guid> wanted = [.. call.Ids("imageIds")];
        return Answers.Of<TaggedImage[]>([.. (await FindAsync(call, tagged: true))
            .Where(image => wanted.Contains(CustomVisionId.Image(image.Blob.Name)))
            .Select(image => Described(call, image.Blob.Name, image.Label))]);
    }

    /// <summary>The image itself, at the address that a listing gives.</summary>
    internal async Task<IResult> ContentAsync(CustomVisionCall call)
    {
        Guid wanted = call.Id(3);
        BinaryData? content = await StorageDeadline.KeepAsync(async stop =>
        {
            IReadOnlyList<(TrainingBlob Blob, string Label)> all = await images.ListAsync(stop);
            TrainingBlob? blob = all.Select(image => image.Blob).FirstOrDefault(blob => CustomVisionId.Image(blob.Name) == wanted);
            return blob is null ? null : await container().ReadAsync(blob, stop);
        }, call.Cancellation);
        return content is null
            ? throw CustomVisionException.NotFound("NotFoundImage", $"There is no image {wanted}.")
            : TypedResults.Bytes(content.ToMemory(), MediaType(content.ToMemory().Span));
    }

    internal async Task<IResult> DeleteAsync(CustomVisionCall call)
    {
        bool all = call.Query("allImages") is "true" or "True";
        HashSet<Guid> wanted = [.. call.Ids("imageIds")];
        if (!all && wanted.Count == 0)
        {
            throw CustomVisionException.BadRequest("BadRequestInvalidIds", "Name the images in imageIds, or say allImages=true.");
        }

        TrainingBlob[] doomed = [.. (await FindAsync(call, tagged: true))
            .Select(image => image.Blob).Where(blob => all || wanted.Contains(CustomVisionId.Image(blob.Name)))];
        foreach (TrainingBlob blob in doomed)
        {
            await StorageDeadline.KeepAsync(stop => container().DeleteAsync(blob, stop), call.Cancellation);
        }

        if (doomed.Length > 0)
        {
            await state().MarkDirtyAsync(call.Cancellation);
        }

        return TypedResults.NoContent();
    }

    internal static TaggedImage Described(CustomVisionCall call, string blobName, string label)
    {
        Guid id = CustomVisionId.Image(blobName);
        HttpRequest request = call.Request;
        string path = request.Path.Value![..request.Path.Value!.IndexOf("/training/", StringComparison.OrdinalIgnoreCase)];
        string address = $"{request.Scheme}://{request.Host}{request.PathBase}{path}/training/projects/{call.Path[1]}/images/{id}/content";
        return new TaggedImage(id, address, address, address, [new ImageTag(CustomVisionId.Tag(label), label)]);
    }

    private async Task<IReadOnlyList<(TrainingBlob Blob, string Label)>> FindAsync(CustomVisionCall call, bool tagged)
    {
        if (!tagged || call.Query("taggingStatus") is "Untagged")
        {
            return []; // whatever lies in the container has a label, or is not listed
        }

        HashSet<Guid> tags = [.. call.Ids("tagIds")];
        IReadOnlyList<(TrainingBlob Blob, string Label)> all = await StorageDeadline.KeepAsync(images.ListAsync, call.Cancellation);
        return tags.Count == 0 ? all : [.. all.Where(image => tags.Contains(CustomVisionId.Tag(image.Label)))];
    }

    /// <summary>The media type of an image's bytes; that of any bytes where they are no image.</summary>
    internal static string MediaType(ReadOnlySpan<byte> image)
    {
        try
        {
            return $"image/{ImageSignature.Of(image).ToString().ToLowerInvariant()}";
        }
        catch (UnknownImageFormatException)
        {
            return "application/octet-stream";
        }
    }
}
