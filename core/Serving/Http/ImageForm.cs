using ClockFunctions.Core.Imaging;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>
/// Reads the files of a <c>multipart/form-data</c> body one after the other, as they arrive. Fields that are no files are passed over.
/// </summary>
/// <param name="body">The request's body.</param>
/// <param name="type">Its content type, with the boundary.</param>
/// <param name="limits">How large a file may be.</param>
/// <param name="isImage">Which parts are images; null for those with a file name.</param>
internal sealed class ImageForm(
    UploadStream body, MediaTypeHeaderValue type, ImageLimits limits, Func<ContentDispositionHeaderValue, bool>? isImage = null)
{
    private const int LongestBoundary = 70; // RFC 2046, 5.1.1

    private readonly MultipartReader? _reader = Reader(body, HeaderUtilities.RemoveQuotes(type.Boundary).ToString());

    /// <summary>Why the form as a whole cannot be read; known once <see cref="NextAsync"/> returned null.</summary>
    public ProblemDetails? Problem { get; private set; }

    /// <returns>The next file, or the problem with it; null at the end or when the form cannot be read.</returns>
    public async Task<Part?> NextAsync(CancellationToken cancellation)
    {
        if (_reader is null)
        {
            Problem = Problems.MalformedRequest("The content type multipart/form-data needs a boundary of 1 to 70 characters.");
            return null;
        }

        try
        {
            while (await _reader.ReadNextSectionAsync(cancellation) is { } section)
            {
                if (ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition)
                    && (isImage ?? IsFile)(disposition))
                {
                    (ImageUpload? upload, ProblemDetails? problem) = await ImageUpload.ReadAsync(
                        body, section.Body, null, limits, cancellation);
                    return new Part(upload, problem);
                }
            }
        }
        // The reader's words for a form that ends early, or whose headers are too long.
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            Problem = Problems.MalformedRequest($"The form cannot be read: {e.Message}");
        }

        return null;
    }

    /// <summary>Files, and fields of one name: some clients send an image as a field without a file name.</summary>
    public static Func<ContentDispositionHeaderValue, bool> IsFileOrNamed(string name) => disposition =>
        IsFile(disposition) || HeaderUtilities.RemoveQuotes(disposition.Name).Equals(name, StringComparison.OrdinalIgnoreCase);

    private static bool IsFile(ContentDispositionHeaderValue disposition) => disposition.IsFileDisposition();

    private static MultipartReader? Reader(Stream body, string boundary) =>
        boundary.Length is > 0 and <= LongestBoundary ? new MultipartReader(boundary, body) : null;

    internal sealed record Part(ImageUpload? Upload, ProblemDetails? Problem);
}
