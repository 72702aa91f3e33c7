using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>The HTTP contract, one method a route. The local host maps them; a Functions trigger calls them.</summary>
/// <remarks>
/// No method throws for what a client sent or for a storage that is away: the answer is then a problem
/// (<see cref="Problems"/>). Who may call is the host's to decide.
/// </remarks>
public sealed class ClassifierEndpoints(ILogger<ClassifierEndpoints> logger)
{
    /// <summary>POST <see cref="ClassifierRoutes.Score"/>: scores one image, or several in a multipart form.</summary>
    public Task<IResult> ScoreAsync(HttpRequest request, CancellationToken cancellation) => NotYet(request, cancellation);

    /// <summary>GET <see cref="ClassifierRoutes.Model"/>: what answers now.</summary>
    public Task<IResult> ModelAsync(HttpRequest request, CancellationToken cancellation) => NotYet(request, cancellation);

    /// <summary>GET <see cref="ClassifierRoutes.Models"/>: every version, newest first.</summary>
    public Task<IResult> ModelsAsync(HttpRequest request, CancellationToken cancellation) => NotYet(request, cancellation);

    /// <summary>POST <see cref="ClassifierRoutes.Publish"/>: makes a version the current one. For administrators.</summary>
    public Task<IResult> PublishAsync(HttpRequest request, string version, CancellationToken cancellation) => NotYet(request, cancellation);

    /// <summary>GET <see cref="ClassifierRoutes.Report"/>: a version's HTML report.</summary>
    public Task<IResult> ReportAsync(HttpRequest request, string version, CancellationToken cancellation) => NotYet(request, cancellation);

    /// <summary>PUT <see cref="ClassifierRoutes.Training"/>: adds a labelled image.</summary>
    public Task<IResult> AddTrainingImageAsync(HttpRequest request, string label, string name, CancellationToken cancellation) => NotYet(request, cancellation);

    /// <summary>GET <see cref="ClassifierRoutes.Health"/>: ready or not, and why. Answers anybody.</summary>
    public Task<IResult> HealthAsync(HttpRequest request, CancellationToken cancellation) => NotYet(request, cancellation);

    /// <summary>GET <see cref="ClassifierRoutes.OpenApi"/>: the contract itself.</summary>
    public Task<IResult> OpenApiAsync(HttpRequest request, CancellationToken cancellation) => NotYet(request, cancellation);

    /// <summary>Any other address: a problem with status 404.</summary>
    public Task<IResult> NotFoundAsync(HttpRequest request, CancellationToken cancellation)
    {
        logger.LogDebug("No route for {Path}", request.Path);
        return Task.FromResult<IResult>(TypedResults.Problem(Problems.NoSuchRoute(request.Path)));
    }

    /// <summary>Maps every route for the local host.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, HttpMethods.Post, ClassifierRoutes.Score, ScoreAsync);
        Map(routes, HttpMethods.Get, ClassifierRoutes.Model, ModelAsync);
        Map(routes, HttpMethods.Get, ClassifierRoutes.Models, ModelsAsync);
        Map(routes, HttpMethods.Post, ClassifierRoutes.Publish, (request, cancellation) => PublishAsync(request, Value(request, "version"), cancellation));
        Map(routes, HttpMethods.Get, ClassifierRoutes.Report, (request, cancellation) => ReportAsync(request, Value(request, "version"), cancellation));
        Map(routes, HttpMethods.Put, ClassifierRoutes.Training, (request, cancellation) => AddTrainingImageAsync(request, Value(request, "label"), Value(request, "name"), cancellation));
        Map(routes, HttpMethods.Get, ClassifierRoutes.Health, HealthAsync);
        Map(routes, HttpMethods.Get, ClassifierRoutes.OpenApi, OpenApiAsync);
    }

    // A RequestDelegate rather than a typed handler: building one at start-up costs nothing.
    private static void Map(IEndpointRouteBuilder routes, string method, string route, Func<HttpRequest, CancellationToken, Task<IResult>> endpoint) =>
        routes.MapMethods($"/{ClassifierRoutes.Prefix}/{route}", [method], async context =>
        {
            IResult result = await endpoint(context.Request, context.RequestAborted).ConfigureAwait(false);
            await result.ExecuteAsync(context).ConfigureAwait(false);
        });

    private static string Value(HttpRequest request, string name) => (string)request.RouteValues[name]!;

    private Task<IResult> NotYet(HttpRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        logger.LogWarning("{Path} is not served yet", request.Path);
        return Task.FromResult<IResult>(TypedResults.Problem(Problems.NotReady($"{request.Path} is being built.")));
    }
}
