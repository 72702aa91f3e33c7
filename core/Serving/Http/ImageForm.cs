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
/// <param name="field">A field that is an image even without a file name, as some clients send it; null for none.</param>
internal sealed class ImageForm(
    UploadStream body, MediaTypeHeaderValue type, ImageLimits limits, string? field = null)
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
                if (IsImage(section))
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

    /// <summary>
    /// A part of a form that has a file name, or the field's name. Its parameters are looked at one by one, because the header's own
    /// properties throw for a <c>filename*</c> without a value.
    /// </summary>
    private bool IsImage(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition)
        && disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase)
        && disposition.Parameters.Any(parameter =>
            parameter.Name.Equals("name", StringComparison.OrdinalIgnoreCase)
            ? field is not null && HeaderUtilities.RemoveQuotes(parameter.Value).Equals(field, StringComparison.OrdinalIgnoreCase)
            : (parameter.Name.Equals("filename", StringComparison.OrdinalIgnoreCase)
                || parameter.Name.Equals("filename*", StringComparison.OrdinalIgnoreCase))
            && HeaderUtilities.RemoveQuotes(parameter.Value).Length > 0);

    private static MultipartReader? Reader(Stream body, string boundary) =>
        boundary.Length is > 0 and <= LongestBoundary ? new MultipartReader(boundary, body) : null;

    internal sealed record Part(ImageUpload? Upload, ProblemDetails? Problem);
}
