using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace ClockFunctions;

/// <summary>
/// Forgets an HTTP answer once it was sent. It goes to the caller through the worker's own port; the worker would send the object
/// to the host as well, as JSON that nobody reads: a third more than the answer for one that holds bytes.
/// </summary>
internal sealed class SentAnswers : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        await next(context);
        if (context.GetInvocationResult() is { Value: IResult } result)
        {
            result.Value = null;
        }
    }
}
