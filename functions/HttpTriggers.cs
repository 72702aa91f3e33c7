using ClockFunctions.Core.Serving.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ClockFunctions;

/// <summary>
/// The HTTP contract: each trigger hands the request to the endpoint that the local host maps too. Scoring, reading
/// and training take a function key, publishing the master key, health none.
/// </summary>
public sealed class HttpTriggers(ClassifierEndpoints endpoints)
{
    [Function(nameof(Score))]
    public Task<IResult> Score(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = ClassifierRoutes.Score)] HttpRequest request,
        CancellationToken cancellation) => endpoints.ScoreAsync(request, cancellation);

    [Function(nameof(Model))]
    public Task<IResult> Model(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = ClassifierRoutes.Model)] HttpRequest request,
        CancellationToken cancellation) => endpoints.ModelAsync(request, cancellation);

    [Function(nameof(Models))]
    public Task<IResult> Models(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = ClassifierRoutes.Models)] HttpRequest request,
        CancellationToken cancellation) => endpoints.ModelsAsync(request, cancellation);

    [Function(nameof(Publish))]
    public Task<IResult> Publish(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = ClassifierRoutes.Publish)] HttpRequest request,
        CancellationToken cancellation) => endpoints.PublishAsync(request, Value(request, "version"), cancellation);

    [Function(nameof(Report))]
    public Task<IResult> Report(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = ClassifierRoutes.Report)] HttpRequest request,
        CancellationToken cancellation) => endpoints.ReportAsync(request, Value(request, "version"), cancellation);

    [Function(nameof(AddTrainingImage))]
    public Task<IResult> AddTrainingImage(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = ClassifierRoutes.Training)] HttpRequest request,
        CancellationToken cancellation) =>
        endpoints.AddTrainingImageAsync(request, Value(request, "label"), Value(request, "name"), cancellation);

    [Function(nameof(Health))]
    public Task<IResult> Health(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ClassifierRoutes.Health)] HttpRequest request,
        CancellationToken cancellation) => endpoints.HealthAsync(request, cancellation);

    [Function(nameof(OpenApi))]
    public Task<IResult> OpenApi(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = ClassifierRoutes.OpenApi)] HttpRequest request,
        CancellationToken cancellation) => endpoints.OpenApiAsync(request, cancellation);

    // From the route rather than as a bound parameter: the host's binding data also holds the query's values.
    private static string Value(HttpRequest request, string name) => (string)request.RouteValues[name]!;
}
