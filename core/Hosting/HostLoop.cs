using ClockFunctions.Core.Storage;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Hosting;

/// <summary>How everything that runs in a host goes on after a fault: it is logged, and after a pause it is tried again.</summary>
/// <remarks>
/// <para>No exception ends the host, because it also answers requests and must outlive what fails beside them. Nothing is lost by
/// trying again: every loop looks at the storage anew, and the storage is the truth.</para>
/// <para>This holds for <see cref="OutOfMemoryException"/> too. What the attempt held is garbage by the time it is caught, and a
/// process that ended would be started again into the same work.</para>
/// <para>A reason is logged when it is new, not again for every attempt that fails alike.</para>
/// </remarks>
/// <param name="what">What is done, as a sentence about its failure begins: <c>Training</c>.</param>
/// <param name="time">The clock of the pauses.</param>
/// <param name="logger">Is told of faults, and when it works again.</param>
public sealed class HostLoop(string what, TimeProvider time, ILogger logger)
{
    private string? _told;

    /// <summary>Pause after a fault, so that a storage that is away is not hammered. Default 5 s.</summary>
    public TimeSpan FailurePause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Does something again and again until the host stops.</summary>
    /// <param name="turn">Does it once, and returns the pause before the next time.</param>
    /// <param name="cancellation">The host stops.</param>
    /// <exception cref="OperationCanceledException">The host stops: the only end.</exception>
    public async Task RepeatAsync(Func<CancellationToken, Task<TimeSpan>> turn, CancellationToken cancellation)
    {
        while (true)
        {
            TimeSpan pause = await SucceedAsync(turn, cancellation);
            await Task.Delay(pause, time, cancellation);
        }
    }

    /// <summary>Does something once, as often as it takes to succeed.</summary>
    /// <exception cref="OperationCanceledException">The host stops.</exception>
    public async Task<T> SucceedAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                T result = await attempt(cancellation);
                if (_told is not null)
                {
                    _told = null;
                    logger.LogInformation("{What} works again", what);
                }

                return result;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception fault)
            {
                Tell(fault, cancellation);
            }

            await Task.Delay(FailurePause, time, cancellation);
        }
    }

    /// <inheritdoc cref="SucceedAsync{T}"/>
    public Task SucceedAsync(Func<CancellationToken, Task> attempt, CancellationToken cancellation) => SucceedAsync(
        async stop =>
        {
            await attempt(stop);
            return true;
        },
        cancellation);

    private void Tell(Exception fault, CancellationToken cancellation)
    {
        bool storage = StorageFailure.Is(fault, cancellation);
        string reason = storage ? StorageFailure.Reason(fault) : fault.Message;
        if (cancellation.IsCancellationRequested)
        {
            // The stop tears down what the attempt was using, so this is most likely its consequence.
            logger.LogInformation("{What} was ended by the stop: {Reason}", what, reason);
            return;
        }

        string told = $"{fault.GetType()}: {reason}";
        if (told == _told)
        {
            return;
        }

        _told = told;
        // The storage's failures and this program's own exceptions say in their message all there is to know: a trace would hide it.
        bool explained = storage || fault.GetType().Namespace?.StartsWith(nameof(ClockFunctions), StringComparison.Ordinal) == true;
        logger.LogError(
            explained ? null : fault,
            "{What} failed and is tried again every {Seconds} s: {Reason}",
            what,
            FailurePause.TotalSeconds,
            reason);
    }
}
