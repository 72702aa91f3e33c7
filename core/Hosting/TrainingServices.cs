using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Storage.Features;
using ClockFunctions.Core.Training;
using ClockFunctions.Core.Training.Coordination;
using ClockFunctions.Core.Training.Features;
using ClockFunctions.Core.Training.Novelty;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Hosting;

/// <summary>Registers what a host needs to train.</summary>
public static class TrainingServices
{
    /// <summary>
    /// Adds the <see cref="TrainingCoordinator"/> and its parts. The backbone's network is loaded by the first image
    /// that has to be computed.
    /// </summary>
    public static IServiceCollection AddTraining(this IServiceCollection services, ClassifierOptions options) => services
        .AddSingleton(provider => provider.GetRequiredService<BackboneCatalogue>().Resolve(options.Backbone).Spec)
        .AddSingleton(provider => new Lazy<NetworkPrior?>(
            () =>
            {
                (BackboneSpec spec, string file) = provider.GetRequiredService<BackboneCatalogue>().Resolve(options.Backbone);
                return NetworkPrior.Read(spec, file, ClassSet.Parse(options.TargetClasses));
            },
            LazyThreadSafetyMode.PublicationOnly)) // a file that cannot be read now may be there at the next training
        .AddSingleton(provider => new RowExtractor(
            provider.GetRequiredService<FeatureExtractor>(), HeadTraining.Augmentation, options.Training.Views, options.Training.Seed))
        .AddSingleton<Func<RowExtractor>>(provider => provider.GetRequiredService<RowExtractor>)
        .AddSingleton(provider => new FeatureCache(
            provider.GetRequiredService<StorageContainers>(),
            RowExtractor.KeyOf(
                provider.GetRequiredService<BackboneSpec>(), options.Pipeline, HeadTraining.Augmentation, options.Training.Views,
                options.Training.Seed),
            provider.GetRequiredService<ILogger<FeatureCache>>()))
        .AddSingleton<UnreadableBlobs>()
        .AddSingleton<ImageIngest>()
        .AddSingleton<ReportImages>()
        .AddSingleton<ProbeExtractor>()
        .AddSingleton<DatasetProbes>()
        .AddSingleton<TrainedHeads>()
        .AddSingleton<DatasetTraining>()
        .AddSingleton<TrainingCoordinator>()
        .AddSingleton<Func<TrainingCoordinator>>(provider => provider.GetRequiredService<TrainingCoordinator>);
}
