using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClockFunctions;

/// <summary>
/// Ends what runs before the app ends. An invocation is cancelled when the app is told to stop, and the app stops once every
/// invocation has come back: native code that is torn down while it runs takes the process with it.
/// </summary>
/// <remarks>
/// The host kills a worker five seconds after it told it to end. A caller over HTTP gets a part of that time for its answer; events
/// are cancelled at once, because the host delivers them again. Only what has begun counts: an invocation that still waits for its
/// request, which the worker brings together within this, holds nothing.
/// </remarks>
internal sealed class RunningInvocations : IFunctionsWorkerMiddleware, IHostedService, IDisposable
{
    private static readonly TimeSpan HttpGrace = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _httpStopping = new();
    private readonly CancellationToken _stopping;
    private readonly CancellationTokenRegistration _told;
    private readonly ILogger<RunningInvocations> _logger;
    private int _running;
    private bool _closed;

    public RunningInvocations(IHostApplicationLifetime lifetime, ILogger<RunningInvocations> logger)
    {
        _logger = logger;
        _stopping = lifetime.ApplicationStopping;
        _told = _stopping.Register(() => _httpStopping.CancelAfter(HttpGrace));
    }

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        HttpContext? http = context.GetHttpContext();
        if (!TryEnter())
        {
            Refuse(http);
            return;
        }

        try
        {
            CancellationToken stopping = http is null ? _stopping : _httpStopping.Token;
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, stopping);
            InvocationCancellation.Set(context, either.Token);
            await next(context);
        }
        finally
        {
            Leave();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Waits for what runs, as long as the host lets it.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _closed = true;
            if (_running == 0)
            {
                return;
            }
        }

        try
        {
            await _idle.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _logger.LogError("{Count} invocations did not come back though they were cancelled", _running);
        }
    }

    public void Dispose()
    {
        _told.Dispose();
        _httpStopping.Dispose();
    }

    private bool TryEnter()
    {
        lock (_gate)
        {
            _running += _closed ? 0 : 1;
            return !_closed;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            _running--;
            if (_closed && _running == 0)
            {
                _idle.TrySetResult();
            }
        }
    }

    /// <summary>What comes too late: an event fails, so that it is delivered again, and a caller is told to ask again.</summary>
    private static void Refuse(HttpContext? http)
    {
        if (http is null)
        {
            throw new OperationCanceledException("The app has stopped; the host starts another.");
        }

        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.RetryAfter = "1";
    }
}
