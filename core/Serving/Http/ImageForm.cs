using ClockFunctions.Core.Imaging;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>
/// Reads the files of a <c>multipart/form-data</c> body one after the other, as they arrive. Fields that are no files are passed over.
/// </summary>
internal sealed class ImageForm(UploadStream body, MediaTypeHeaderValue type, ImageLimits limits)
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
                    && disposition.IsFileDisposition())
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

    private static MultipartReader? Reader(Stream body, string boundary) =>
        boundary.Length is > 0 and <= LongestBoundary ? new MultipartReader(boundary, body) : null;

    internal sealed record Part(ImageUpload? Upload, ProblemDetails? Problem);
}
