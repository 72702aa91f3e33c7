using ClockFunctions.Core.Serving.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace ClockFunctions;

/// <summary>The page for people. It holds nothing but itself, so it needs no key; what it asks the API for does.</summary>
public static class StudioPage
{
    [Function("Studio")]
    public static IResult Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ClassifierRoutes.Studio)] HttpRequest request) =>
        LandingPage.Answer(request.HttpContext.Response);
}
