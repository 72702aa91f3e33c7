using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>Which content types may carry one image. What the bytes are is decided by the bytes alone.</summary>
internal static class ImageContentType
{
    /// <returns>The problem with a content type; null for <c>image/*</c>, <c>application/octet-stream</c> and for none at all.</returns>
    public static ProblemDetails? Problem(string? contentType)
    {
        if (string.IsNullOrEmpty(contentType))
        {
            return null;
        }

        bool usable = MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type)
            && (type.Type.Equals("image", StringComparison.OrdinalIgnoreCase)
            || type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase));
        return usable
            ? null
            : Problems.UnsupportedContentType(
                $"Send an image as image/* or application/octet-stream, not as {contentType}. (curl: -H 'Content-Type: " +
                "application/octet-stream')");
    }
}
