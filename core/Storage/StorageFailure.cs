using System.Net.Sockets;
using System.Xml;
using Azure;
using Azure.Identity;

namespace ClockFunctions.Core.Storage;

/// <summary>
/// Tells a storage that is away, refuses us or is set up wrongly from a fault of this program. The one place that knows which
/// exceptions the client library has for that.
/// </summary>
public static class StorageFailure
{
    /// <param name="e">What was thrown while the storage was used.</param>
    /// <param name="cancellation">The caller's own: its cancellation is no failure of the storage.</param>
    public static bool Is(Exception e, CancellationToken cancellation) => e switch
    {
        RequestFailedException or AuthenticationFailedException or StorageConfigurationException => true,
        // An answer that says it is XML and is not, or not to its end: an empty 500, which Azurite itself sends, or a listing cut off.
        XmlException => true,
        HttpRequestException => true,
        IOException broken => IsOfTheNetwork(broken),
        // The library gives up on a silent server with a cancellation that nobody asked for,
        OperationCanceledException => !cancellation.IsCancellationRequested,
        // and on one that failed at every attempt with all of those failures.
        AggregateException all => all.InnerExceptions.Count > 0 && all.InnerExceptions.All(inner => Is(inner, cancellation)),
        _ => false,
    };

    /// <summary>One sentence. Of what the library says it is the first line, because the rest repeats headers.</summary>
    public static string Reason(Exception e) => e switch
    {
        AggregateException { InnerExceptions: [var first, ..] } => Reason(first),
        OperationCanceledException => "The storage did not answer in time.",
        XmlException => "The storage gave an answer that cannot be read.",
        IOException => "The storage broke off in the middle of an answer.",
        _ => e.Message.Split('\n', 2)[0].Trim(),
    };

    /// <summary>
    /// Whether a body was cut off on its way. A file of this machine that cannot be read is an <see cref="IOException"/> too, and so
    /// is a client of ours that hangs up while it sends; neither comes in exactly this form.
    /// </summary>
    private static bool IsOfTheNetwork(IOException e) =>
        e is HttpIOException || (e.GetType() == typeof(IOException) && e.InnerException is SocketException or HttpIOException);
}
