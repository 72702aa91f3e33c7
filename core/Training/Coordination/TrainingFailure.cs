using Azure;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Storage.Features;

namespace ClockFunctions.Core.Training.Coordination;

/// <summary>Says why a training failed in a sentence that anybody may read: health answers it to callers without a key.</summary>
/// <remarks>
/// The text of an exception may hold paths, addresses and whatever a library puts in. It goes to the log, by whoever catches the
/// exception; only texts that this program wrote about its own blobs are repeated here.
/// </remarks>
internal static class TrainingFailure
{
    /// <summary>One sentence about the kind of failure.</summary>
    public static string Sentence(Exception failure) => failure switch
    {
        InvalidHeadException or DamagedBlockException or WrongArithmeticException or UnknownVersionException or RegistryConflictException
            or ForeignRegistryException => failure.Message,
        BackboneException => "The backbone is missing or cannot be used; the log says more.",
        RequestFailedException { Status: > 0 } answered => $"The storage answered with status {answered.Status}; the log says more.",
        _ when StorageFailure.Is(failure, CancellationToken.None) => "The storage did not answer; the log says more.",
        OutOfMemoryException => "There was not enough memory.",
        _ => $"An unexpected fault, {failure.GetType().Name}; the log says more.",
    };
}
