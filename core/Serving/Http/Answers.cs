using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>Makes the answers of the API: JSON in the one style of <see cref="Json"/>, whatever the host has configured.</summary>
internal static class Answers
{
    public const string ProblemType = "application/problem+json";

    public static JsonHttpResult<T> Of<T>(T value, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(value, Json.Compact, statusCode: status);

    public static JsonHttpResult<Score> Of(Score score) => TypedResults.Json(score, ScoreJson.Default.Score);

    public static ProblemAnswer Of(ProblemDetails problem, TimeSpan? retryAfter = null) => new(problem, retryAfter);

    /// <summary>Problem details, with <c>Retry-After</c> where trying again makes sense.</summary>
    public sealed class ProblemAnswer(ProblemDetails problem, TimeSpan? retryAfter) : IResult, IStatusCodeHttpResult
    {
        public ProblemDetails Problem => problem;

        public int? StatusCode => problem.Status;

        public Task ExecuteAsync(HttpContext httpContext)
        {
            HttpResponse response = httpContext.Response;
            response.StatusCode = problem.Status!.Value;
            if (retryAfter is { } wait)
            {
                response.Headers.RetryAfter = ((int)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            }

            return response.WriteAsJsonAsync(problem, Json.Compact, ProblemType, httpContext.RequestAborted);
        }
    }
}
