using ClockFunctions.Core.Imaging;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>
/// Every error that the API answers, as RFC 9457 problem details. The <c>type</c> of each is stable: clients may branch on it.
/// </summary>
public static class Problems
{
    /// <summary>What every <c>type</c> starts with.</summary>
    public const string TypePrefix = "urn:clockfunctions:problem:";

    public static ProblemDetails NoImage(string detail) => Of(400, "no-image", "There is no image in the request.", detail);

    public static ProblemDetails BrokenImage(string detail) => Of(400, "broken-image", "The image cannot be decoded.", detail);

    public static ProblemDetails MalformedRequest(string detail, int status = 400) =>
        Of(status, "malformed-request", "The request cannot be read.", detail);

    public static ProblemDetails Forbidden(string detail) => Of(403, "forbidden", "This caller may not do that.", detail);

    public static ProblemDetails NoSuchRoute(string path) =>
        Of(404, "not-found", "There is nothing at this address.", $"{path} is no part of the API: see /api/openapi.json.");

    public static ProblemDetails UnknownVersion(string version) =>
        Of(404, "unknown-version", "There is no such model version.", $"The registry holds no version '{version}'.");

    public static ProblemDetails MethodNotAllowed(string method, string path) =>
        Of(405, "method-not-allowed", "The address does not take this method.",
        $"{method} {path} is no part of the API: see /api/openapi.json.");

    public static ProblemDetails TooSlow(string detail) => Of(408, "too-slow", "The body did not come in time.", detail);

    public static ProblemDetails Conflict(string detail) => Of(409, "conflict", "Somebody else was faster.", detail);

    public static ProblemDetails PreconditionFailed(string detail) =>
        Of(412, "precondition-failed", "The condition of If-Match does not hold.", detail);

    public static ProblemDetails TooLarge(string detail) => Of(413, "too-large", "The image or the request is too large.", detail);

    public static ProblemDetails UnknownImageFormat(string detail) =>
        Of(415, "unknown-image-format", "The bytes are no image of a known format.", detail);

    public static ProblemDetails UnsupportedContentType(string detail) =>
        Of(415, "unsupported-content-type", "The content type is not taken here.", detail);

    /// <summary>A value in the query or the path that cannot be used; <c>parameter</c> in the problem names it.</summary>
    public static ProblemDetails InvalidParameter(string parameter, string detail)
    {
        ProblemDetails problem = Of(422, "invalid-parameter", "A parameter cannot be used.", detail);
        problem.Extensions["parameter"] = parameter;
        return problem;
    }

    public static ProblemDetails UnusableModel(string detail) => Of(422, "unusable-model", "This version cannot serve here.", detail);

    public static ProblemDetails Internal(string traceId)
    {
        ProblemDetails problem = Of(500, "internal-error", "The service failed.", "The log tells why, under this trace id.");
        problem.Extensions["traceId"] = traceId;
        return problem;
    }

    public static ProblemDetails Overloaded(string detail) => Of(503, "overloaded", "The service is busy.", detail);

    public static ProblemDetails NotReady(string detail) => Of(503, "not-ready", "The service is not ready.", detail);

    /// <summary>The backbone gives features alone, and no head was trained on them yet.</summary>
    public static ProblemDetails NotTrained(string detail) => Of(503, "not-trained", "No model was trained yet.", detail);

    public static ProblemDetails StorageUnavailable(string detail) =>
        Of(503, "storage-unavailable", "The storage does not answer.", detail);

    /// <summary>A request that the server could not read.</summary>
    public static ProblemDetails Of(BadHttpRequestException unreadable) => unreadable.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => TooLarge(unreadable.Message),
        StatusCodes.Status408RequestTimeout => TooSlow(unreadable.Message),
        var status => MalformedRequest(unreadable.Message, status),
    };

    /// <summary>An unusable image.</summary>
    public static ProblemDetails Of(ImageException unusable) => unusable switch
    {
        UnknownImageFormatException => UnknownImageFormat(unusable.Message),
        ImageTooLargeException => TooLarge(unusable.Message),
        _ => BrokenImage(unusable.Message),
    };

    private static ProblemDetails Of(int status, string type, string title, string detail) =>
        new() { Status = status, Type = TypePrefix + type, Title = title, Detail = detail };
}
