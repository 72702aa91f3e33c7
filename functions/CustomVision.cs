using ClockFunctions.Core.Serving.CustomVision;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ClockFunctions;

/// <summary>
/// The addresses of Custom Vision. Anonymous to the host, because their clients send their keys in headers that it does not know: the
/// endpoint compares them itself, and without keys in the settings there is nothing at these addresses.
/// </summary>
public sealed class CustomVision(CustomVisionEndpoints endpoints)
{
    [Function(nameof(CustomVision))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", "delete", "patch", Route = CustomVisionEndpoints.Route)]
        HttpRequest request,
        CancellationToken cancellation) => endpoints.AnswerAsync(request, cancellation);
}
