using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace ClockFunctions.Core.Serving.CustomVision;

/// <summary>A request that is answered with an error in Custom Vision's shape, <c>{code, message}</c>.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">One of their codes: clients branch on it.</param>
/// <param name="message">What is wrong, for people.</param>
internal sealed class CustomVisionException(int status, string code, string message) : Exception(message)
{
    public int Status => status;

    public string Code => code;

    public static CustomVisionException BadRequest(string code, string message) => new(StatusCodes.Status400BadRequest, code, message);

    public static CustomVisionException NotFound(string code, string message) => new(StatusCodes.Status404NotFound, code, message);

    /// <summary>Their service has it, and this one does not.</summary>
    public static CustomVisionException NotSupported(string message) =>
        new(StatusCodes.Status501NotImplemented, "BadRequestOperationNotSupported", message);

    /// <summary>The same thing said in their shape.</summary>
    public static CustomVisionException Of(ProblemDetails problem)
    {
        string message = problem.Detail ?? problem.Title ?? "";
        return problem.Status switch
        {
            StatusCodes.Status413PayloadTooLarge => BadRequest("BadRequestImageSizeBytes", message),
            StatusCodes.Status400BadRequest or StatusCodes.Status415UnsupportedMediaType => BadRequest("BadRequestImageFormat", message),
            StatusCodes.Status422UnprocessableEntity => BadRequest("BadRequest", message),
            { } status => new CustomVisionException(status, "ErrorUnknown", message),
            null => new CustomVisionException(StatusCodes.Status500InternalServerError, "ErrorUnknown", message),
        };
    }
}
