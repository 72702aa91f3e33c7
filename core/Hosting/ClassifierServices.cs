using Azure.Core;
using Azure.Storage.Blobs;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Observability;
using ClockFunctions.Core.Serving;
using ClockFunctions.Core.Serving.CustomVision;
using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Core.Serving.Inbox;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ClockFunctions.Core.Hosting;

/// <summary>What both hosts register: the whole classifier, each part made when it is first needed.</summary>
public static class ClassifierServices
{
    /// <summary>How often a request to the storage that failed is tried again. docs/operations.md tells it to operators.</summary>
    internal const int StorageRetries = 4;

    /// <summary>
    /// Adds the classifier. Settings are read and checked here, so that a host with wrong ones does not start;
    /// nothing is loaded or connected yet.
    /// </summary>
    /// <exception cref="OptionsValidationException">Names every wrong setting.</exception>
    public static IServiceCollection AddClassifierCore(this IServiceCollection services, IConfiguration configuration)
    {
        ClassifierOptions options = OptionsBinding.Read(configuration);
        services.AddSingleton(options);
        services.AddSingleton(Options.Create(options));
        services.AddSingleton(options.Images);
        services.AddSingleton(options.Serving);
        services.AddSingleton(options.Training);
        services.TryAddSingleton(TimeProvider.System);
        services.AddTelemetryExport(options.Telemetry);

        return services
            .AddStorage(configuration)
            .AddBackbone(options)
            .AddTraining(options)
            .AddServing();
    }

    private static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(_ => StorageConnection.FromConfiguration(configuration, clientOptions: Patience()))
        .AddSingleton<Func<BlobServiceClient>>(provider => provider.GetRequiredService<BlobServiceClient>)
        .AddLazySingleton<StorageContainers>()
        .AddLazySingleton<TrainingContainer>()
        .AddLazySingleton<TrainingStateBlob>()
        .AddLazySingleton<Quarantine>()
        .AddLazySingleton<ModelRegistry>()
        .AddLazySingleton<CustomVisionBlob>()
        .AddSingleton<HeadRetention>();

    private static IServiceCollection AddBackbone(this IServiceCollection services, ClassifierOptions options) => services
        .AddSingleton(_ => new BackboneCatalogue(options.BackboneFolder))
        .AddSingleton<ImageDecoder>()
        .AddSingleton(provider =>
        {
            (BackboneSpec spec, string file) = provider.GetRequiredService<BackboneCatalogue>().Resolve(options.Backbone);
            return Backbone.Load(spec, file, new BackboneOptions { IntraOpThreads = options.Serving.ThreadsAnImage });
        })
        .AddSingleton(provider => new Preprocessor(provider.GetRequiredService<Backbone>().Spec.Input, options.Pipeline))
        .AddLazySingleton<FeatureExtractor>();

    private static IServiceCollection AddServing(this IServiceCollection services) => services
        .AddSingleton<TrafficCounter>()
        .AddLazySingleton<TrafficBlobs>()
        .AddSingleton<TrafficWatch>()
        .AddSingleton<Scorer>()
        .AddSingleton<ScorerLoader>()
        .AddSingleton<Func<Scorer>>(provider => provider.GetRequiredService<ScorerLoader>().Get)
        .AddSingleton<CurrentModel>()
        .AddSingleton<ScoringGate>()
        .AddSingleton<HealthCheck>()
        .AddSingleton<UploadBudget>()
        .AddSingleton<ScoreEndpoint>()
        .AddSingleton<ModelEndpoints>()
        .AddLazySingleton<InboxScorer>()
        .AddSingleton<InboxSweep>()
        .AddSingleton<TrainingIntake>()
        .AddSingleton<TrainingEndpoint>()
        .AddSingleton<ClassifierEndpoints>()
        .AddCustomVision()
        .AddHostedService<ServingService>();

    private static IServiceCollection AddCustomVision(this IServiceCollection services) => services
        .AddSingleton<PublishedVersions>()
        .AddSingleton<TaggedImages>()
        .AddSingleton<ImageFetcher>()
        .AddSingleton<PredictionRoutes>()
        .AddSingleton<ProjectRoutes>()
        .AddSingleton<ImageRoutes>()
        .AddSingleton<UploadRoutes>()
        .AddSingleton<IterationRoutes>()
        .AddSingleton<CustomVisionEndpoints>();

    /// <summary>A singleton that others may hold without making it: they take a <see cref="Func{T}"/> of it.</summary>
    private static IServiceCollection AddLazySingleton<T>(this IServiceCollection services)
        where T : class => services
        .AddSingleton<T>()
        .AddSingleton<Func<T>>(provider => provider.GetRequiredService<T>);

    /// <summary>
    /// A request that fails is tried again soon and for a few seconds: what waits longer than that is told, and tries again itself.
    /// </summary>
    private static BlobClientOptions Patience() => new()
    {
        Retry =
        {
            Mode = RetryMode.Exponential,
            MaxRetries = StorageRetries,
            Delay = TimeSpan.FromMilliseconds(200),
            MaxDelay = TimeSpan.FromSeconds(3),
            NetworkTimeout = TimeSpan.FromSeconds(60),
        },
    };
}
