using Azure;

namespace ClockFunctions.Core.Storage;

/// <summary>
/// The storage answers, but does not give this one blob out: it is archived, encrypted with a key that is not ours, or
/// forbidden to us. That may change without a new version of the blob, so it is worth trying again later.
/// </summary>
public sealed class UnreadableBlobException(string name, RequestFailedException inner)
    : Exception($"{name} cannot be read now: {StorageFailure.Reason(inner)}", inner)
{
    /// <summary>Whether an answer about one blob means that it alone cannot be read.</summary>
    internal static bool Is(RequestFailedException e) => e.Status is 403 or 409;
}
