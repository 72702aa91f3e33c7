using System.Diagnostics;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>
/// The one place that turns what an endpoint may throw into a problem. Each surface of the API says that problem in its own shape.
/// </summary>
internal static class RequestGuard
{
    // The usual time in which a storage that is away comes back, or a backbone is loaded.
    private static readonly TimeSpan RetryLater = TimeSpan.FromSeconds(5);

    /// <summary>Runs an endpoint.</summary>
    /// <param name="request">What it answers.</param>
    /// <param name="endpoint">Answers it.</param>
    /// <param name="refuse">Says a problem in the surface's shape, with the time after which trying again makes sense, if it does.</param>
    /// <param name="logger">Is told what the client cannot mend.</param>
    /// <param name="cancellation">The client is gone.</param>
    public static async Task<IResult> RunAsync(
        HttpRequest request, Func<Task<IResult>> endpoint, Func<ProblemDetails, TimeSpan?, IResult> refuse, ILogger logger,
        CancellationToken cancellation)
    {
        SecurityHeaders.Set(request.HttpContext.Response);
        try
        {
            return await endpoint();
        }
        catch (ImageException e)
        {
            return refuse(Problems.Of(e), null);
        }
        catch (BackboneException e)
        {
            return refuse(Problems.NotReady(e.Message), RetryLater);
        }
        catch (BadHttpRequestException e)
        {
            return refuse(Problems.Of(e), null);
        }
        catch (UploadRefusedException e)
        {
            // Nobody wants the rest of the body, and so the connection is of no use any more.
            request.HttpContext.Response.Headers.Connection = "close";
            return refuse(e.Problem, RetryLater);
        }
        // The client is gone: nobody reads the answer. Before storage failures, which may be cancellations too.
        catch (Exception e) when (e is OperationCanceledException or IOException && cancellation.IsCancellationRequested)
        {
            return TypedResults.StatusCode(StatusCodes.Status499ClientClosedRequest);
        }
        catch (Exception e) when (StorageFailure.Is(e, cancellation))
        {
            logger.LogWarning(
                "{Method} {Path} needs the storage, which failed: {Reason}", request.Method, request.Path, StorageFailure.Reason(e));
            return refuse(Problems.StorageUnavailable(StorageFailure.Reason(e)), RetryLater);
        }
        // It costs the one request that met it: what the others hold is theirs, and what this one held is free again.
        catch (OutOfMemoryException e)
        {
            logger.LogError(e, "{Method} {Path} found no memory", request.Method, request.Path);
            return refuse(Problems.Overloaded("The service has no memory for this now. Try again later."), RetryLater);
        }
        // The last line of defence of a server: the log gets everything, the client a trace id.
        catch (Exception e)
        {
            string trace = Activity.Current?.TraceId.ToString() ?? request.HttpContext.TraceIdentifier;
            logger.LogError(e, "{Method} {Path} failed, trace {Trace}", request.Method, request.Path, trace);
            return refuse(Problems.Internal(trace), null);
        }
    }
}
