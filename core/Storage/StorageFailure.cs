using Azure;
using Azure.Identity;

namespace ClockFunctions.Core.Storage;

/// <summary>Tells a storage that is away, refuses us or is set up wrongly from a fault of this program.</summary>
public static class StorageFailure
{
    /// <param name="e">What was thrown while the storage was used.</param>
    /// <param name="cancellation">The caller's own: its cancellation is no failure of the storage.</param>
    public static bool Is(Exception e, CancellationToken cancellation) => e switch
    {
        RequestFailedException or AuthenticationFailedException or StorageConfigurationException => true,
        // The client library gives up on a silent server with a cancellation that nobody asked for, and after retries with all their
        // failures.
        OperationCanceledException => !cancellation.IsCancellationRequested,
        AggregateException all => all.InnerExceptions.All(inner => Is(inner, cancellation)),
        _ => false,
    };

    /// <summary>The first line of what the library says: the rest repeats headers.</summary>
    public static string Reason(Exception e) => e switch
    {
        AggregateException all => Reason(all.InnerExceptions[0]),
        OperationCanceledException => "The storage did not answer in time.",
        _ => e.Message.Split('\n', 2)[0].Trim(),
    };
}
