using ClockFunctions.Core.Storage;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>
/// How long a request waits for the storage. A storage that fails is asked again for some three seconds, so that what takes longer
/// than this hangs; with what a request waits for before it, everybody has an answer within ten seconds.
/// </summary>
internal static class StorageDeadline
{
    public static TimeSpan Longest { get; } = TimeSpan.FromSeconds(7);

    /// <summary>Does what a request needs the storage for.</summary>
    /// <exception cref="OperationCanceledException">
    /// It took too long. To <see cref="StorageFailure"/> that is a storage that does not answer, as long as the caller's own token is not
    /// cancelled.
    /// </exception>
    public static async Task<T> KeepAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Longest);
        return await work(limit.Token);
    }
}
