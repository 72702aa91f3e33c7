using ClockFunctions.StandIn.Protocol;

namespace ClockFunctions.StandIn;

/// <summary>How an invocation ended.</summary>
/// <param name="Succeeded">Whether the worker said so. Where it failed, or ended without an answer, the host tries an event again.</param>
/// <param name="Error">Why it failed; empty where it did not.</param>
/// <param name="ReturnedBytes">Size of the value that was sent to the host; an HTTP answer goes another way.</param>
public sealed record Invocation(bool Succeeded, string Error, int ReturnedBytes)
{
    internal static Invocation Of(InvocationResponse response)
    {
        StatusResult.Types.Status status = response.Result?.Status ?? StatusResult.Types.Status.Failure;
        string error = response.Result?.Exception?.Message ?? "";
        return new Invocation(status == StatusResult.Types.Status.Success, error, response.ReturnValue?.CalculateSize() ?? 0);
    }

    internal static Invocation Lost { get; } = new(false, "The worker ended before it answered.", 0);
}

/// <summary>What a caller of an HTTP function gets.</summary>
/// <param name="Response">The worker's answer, as it was passed on.</param>
/// <param name="Invocation">How the function ended.</param>
public sealed record HttpAnswer(HttpResponseMessage Response, Invocation Invocation) : IDisposable
{
    public void Dispose() => Response.Dispose();
}

/// <summary>A line that the worker logged to the host.</summary>
/// <param name="Level">Such as <c>Information</c>.</param>
/// <param name="Category">Who logged it.</param>
/// <param name="Message">The text.</param>
/// <param name="InvocationId">The invocation it belongs to; empty for none.</param>
public sealed record WorkerLog(string Level, string Category, string Message, string InvocationId);
