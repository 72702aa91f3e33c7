using Microsoft.Extensions.DependencyInjection;

namespace ClockFunctions.Cli.Hosting;

/// <summary>Registers what runs beside the API on this machine, where nobody sends events.</summary>
public static class WatcherServices
{
    /// <summary>Adds the storage's start, the training, the inbox and, where it is wanted, the sample.</summary>
    /// <param name="services">The host's.</param>
    /// <param name="azuriteFolder">Where Azurite keeps its data, if it is started here.</param>
    /// <param name="sample">Whether an empty training container gets the drawn sample set.</param>
    public static IServiceCollection AddWatchers(this IServiceCollection services, string azuriteFolder, bool sample = false)
    {
        services
            .AddSingleton(new AzuriteFolder(azuriteFolder))
            .AddSingleton<StorageService>()
            .AddHostedService(provider => provider.GetRequiredService<StorageService>())
            .AddHostedService<InboxService>()
            .AddHostedService<TrainingService>();
        return sample ? services.AddHostedService<SampleService>() : services;
    }
}
