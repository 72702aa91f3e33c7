using Microsoft.Azure.Functions.Worker;

namespace ClockFunctions;

/// <summary>How the blob triggers hear of a blob: an argument of an attribute, so it is chosen when the app is compiled.</summary>
internal static class BlobEvents
{
#if EVENT_GRID
    /// <summary>Release, for Azure: Flex Consumption scans no container, it has only events.</summary>
    public const BlobTriggerSource Source = BlobTriggerSource.EventGrid;
#else
    /// <summary>Debug, for <c>func start</c>: Azurite raises no events, so the container is scanned.</summary>
    public const BlobTriggerSource Source = BlobTriggerSource.LogsAndContainerScan;
#endif
}
