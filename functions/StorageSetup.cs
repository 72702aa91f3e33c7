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
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? told = null;
        for (TimeSpan pause = FirstPause; ; pause = 2 * pause < LongestPause ? 2 * pause : LongestPause)
        {
            IReadOnlyList<string> missing = [];
            try
            {
                missing = await containers().FindMissingAsync(stoppingToken);
                if (missing is not [])
                {
                    await containers().EnsureAsync(stoppingToken);
                    logger.LogInformation("Made the containers {Containers}, which the storage lacked", string.Join(", ", missing));
                }

                return;
            }
            catch (Exception failed) when (StorageFailure.Is(failed, stoppingToken))
            {
                string lack = missing is [] ? "what it has is not known" : $"it lacks the containers {string.Join(", ", missing)}";
                string reason = $"{lack}. {StorageFailure.Reason(failed)}";
                if (reason != told)
                {
                    logger.LogError("The storage could not be set up, so nothing can be trained or published: {Reason}", reason);
                    told = reason;
                }
            }

            await Task.Delay(pause, time, stoppingToken);
        }
    }
}
