using ClockFunctions.Core.Hosting;
using ClockFunctions.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ClockFunctions;

/// <summary>
/// Makes the containers that a fresh storage lacks, beside everything else. Where the app may not, or the storage is away, it says so
/// once and tries again: a role that was just assigned takes some minutes to be seen.
/// </summary>
internal sealed class StorageSetup(Func<StorageContainers> containers, TimeProvider time, ILogger<StorageSetup> logger) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new HostLoop("Setting up the storage", time, logger).SucceedAsync(MakeMissingAsync, stoppingToken);

    private async Task MakeMissingAsync(CancellationToken cancellation)
    {
        IReadOnlyList<string> missing = await containers().FindMissingAsync(cancellation);
        if (missing is [])
        {
            return;
        }

        string names = string.Join(", ", missing);
        try
        {
            await containers().EnsureAsync(cancellation);
        }
        catch (Exception failed) when (StorageFailure.Is(failed, cancellation))
        {
            throw new StorageConfigurationException(
                $"Nothing can be trained or published: it lacks the containers {names}. {StorageFailure.Reason(failed)}", failed);
        }

        logger.LogInformation("Made the containers {Containers}, which the storage lacked", names);
    }
}
