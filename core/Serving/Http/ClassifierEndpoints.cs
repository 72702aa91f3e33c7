using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>The HTTP contract, one method a route. The local host maps them; a Functions trigger calls them.</summary>
/// <remarks>
/// No method throws for what a client sent or for a storage that is away: the answer is then a problem
/// (<see cref="Problems"/>), within ten seconds if it is the storage that hangs. Who may call is the host's to decide.
/// </remarks>
public sealed class ClassifierEndpoints(
    ScoreEndpoint score, ModelEndpoints models, TrainingEndpoint training, HealthCheck health, ILogger<ClassifierEndpoints> logger)
{
    /// <summary>POST <see cref="ClassifierRoutes.Score"/>: scores one image, or several in a multipart form.</summary>
    public Task<IResult> ScoreAsync(HttpRequest request, CancellationToken cancellation) =>
        GuardAsync(request, () => score.PostAsync(request, cancellation), cancellation);

    /// <summary>GET <see cref="ClassifierRoutes.Model"/>: what answers now.</summary>
    public Task<IResult> ModelAsync(HttpRequest request, CancellationToken cancellation) =>
        GuardAsync(request, () => models.CurrentAsync(request, cancellation), cancellation);

    /// <summary>GET <see cref="ClassifierRoutes.Models"/>: every version, newest first.</summary>
    public Task<IResult> ModelsAsync(HttpRequest request, CancellationToken cancellation) =>
        GuardAsync(request, () => StorageDeadline.KeepAsync(models.ListAsync, cancellation), cancellation);

    /// <summary>POST <see cref="ClassifierRoutes.Publish"/>: makes a version the current one. For administrators.</summary>
    public Task<IResult> PublishAsync(HttpRequest request, string version, CancellationToken cancellation) =>
        GuardAsync(
            request, () => StorageDeadline.KeepAsync(stop => models.PublishAsync(request, version, stop), cancellation), cancellation);

    /// <summary>GET <see cref="ClassifierRoutes.Report"/>: a version's HTML report.</summary>
    public Task<IResult> ReportAsync(HttpRequest request, string version, CancellationToken cancellation) =>
        GuardAsync(
            request, () => StorageDeadline.KeepAsync(stop => models.ReportAsync(request, version, stop), cancellation), cancellation);

    /// <summary>PUT <see cref="ClassifierRoutes.Training"/>: adds a labelled image.</summary>
    public Task<IResult> AddTrainingImageAsync(HttpRequest request, string label, string name, CancellationToken cancellation) =>
        GuardAsync(request, () => training.PutAsync(request, label, name, cancellation), cancellation);

    /// <summary>GET <see cref="ClassifierRoutes.Health"/>: ready or not, and why. Answers anybody.</summary>
    public Task<IResult> HealthAsync(HttpRequest request, CancellationToken cancellation) => GuardAsync(request, async () =>
    {
        Health state = await health.CheckAsync(cancellation);
        bool isUp = state.Status is "ready" or "degraded" or "untrained";
        return Answers.Of(state, isUp ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }, cancellation);

    /// <summary>GET <see cref="ClassifierRoutes.OpenApi"/>: the contract itself.</summary>
    public Task<IResult> OpenApiAsync(HttpRequest request, CancellationToken cancellation) => GuardAsync(
        request, () => Task.FromResult<IResult>(TypedResults.Bytes(OpenApiDocument.Bytes, "application/json")), cancellation);

    /// <summary>Anything else: a problem with status 405 where another method would be right, or 404.</summary>
    public Task<IResult> NotFoundAsync(HttpRequest request, CancellationToken cancellation) => GuardAsync(request, () =>
    {
        string? method = ClassifierRoutes.MethodOf(request.Path);
        request.HttpContext.Response.Headers.Allow = method;
        return Task.FromResult<IResult>(Answers.Of(method is null
            ? Problems.NoSuchRoute(request.Path)
            : Problems.MethodNotAllowed(request.Method, request.Path)));
    }, cancellation);

    /// <summary>Answers what a host refuses before it comes to a route.</summary>
    public static Task RefuseAsync(HttpContext context, ProblemDetails refusal)
    {
        SecurityHeaders.Set(context.Response);
        return Answers.Of(refusal).ExecuteAsync(context);
    }

    /// <summary>Maps every route for the local host.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, HttpMethods.Post, ClassifierRoutes.Score, ScoreAsync);
        Map(routes, HttpMethods.Get, ClassifierRoutes.Model, ModelAsync);
        Map(routes, HttpMethods.Get, ClassifierRoutes.Models, ModelsAsync);
        Map(routes, HttpMethods.Post, ClassifierRoutes.Publish,
            (request, cancellation) => PublishAsync(request, Value(request, "version"), cancellation));
        Map(routes, HttpMethods.Get, ClassifierRoutes.Report,
            (request, cancellation) => ReportAsync(request, Value(request, "version"), cancellation));
        Map(routes, HttpMethods.Put, ClassifierRoutes.Training,
            (request, cancellation) => AddTrainingImageAsync(request, Value(request, "label"), Value(request, "name"), cancellation));
        Map(routes, HttpMethods.Get, ClassifierRoutes.Health, HealthAsync);
        Map(routes, HttpMethods.Get, ClassifierRoutes.OpenApi, OpenApiAsync);
        routes.MapFallback("{*path}", context => ExecuteAsync(context, NotFoundAsync));
    }

    // A RequestDelegate rather than a typed handler: building one at start-up costs nothing.
    private static void Map(
        IEndpointRouteBuilder routes, string method, string route, Func<HttpRequest, CancellationToken, Task<IResult>> endpoint) =>
        routes.MapMethods(
            $"/{ClassifierRoutes.Prefix}/{route}", method == HttpMethods.Get ? [method, HttpMethods.Head] : [method],
            context => ExecuteAsync(context, endpoint));

    private static async Task ExecuteAsync(HttpContext context, Func<HttpRequest, CancellationToken, Task<IResult>> endpoint)
    {
        IResult result = await endpoint(context.Request, context.RequestAborted);
        await result.ExecuteAsync(context);
    }

    private static string Value(HttpRequest request, string name) => (string)request.RouteValues[name]!;

    private Task<IResult> GuardAsync(HttpRequest request, Func<Task<IResult>> endpoint, CancellationToken cancellation) =>
        RequestGuard.RunAsync(request, endpoint, Answers.Of, logger, cancellation);
}
