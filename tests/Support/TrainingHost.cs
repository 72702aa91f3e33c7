using ClockFunctions.Core.Hosting;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Training.Coordination;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ClockFunctions.Tests.Support;

/// <summary>One instance of the service's training side on a storage: the real parts, as both hosts register them.</summary>
public sealed class TrainingHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    /// <param name="storage">Where the containers are.</param>
    /// <param name="settings">Settings beside <see cref="Settings"/>, such as <c>Target</c>.</param>
    public TrainingHost(TestStorage storage, params (string Name, string Value)[] settings)
    {
        Dictionary<string, string?> all = Settings(storage).ToDictionary();
        foreach ((string name, string value) in settings)
        {
            all[$"Classifier:{name}"] = value;
        }

        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(all).Build();
        _services = new ServiceCollection().AddLogging().AddClassifierCore(configuration).BuildServiceProvider();
    }

    public TrainingCoordinator Coordinator => Get<TrainingCoordinator>();

    public ModelRegistry Registry => Get<ModelRegistry>();

    /// <summary>
    /// The tiny backbone, two views, a quiet period that does not hold a test up, and a gate that lets nearly
    /// everything through, so that what is published follows the container.
    /// </summary>
    public static IReadOnlyDictionary<string, string?> Settings(TestStorage storage) => new Dictionary<string, string?>
    {
        ["AzureWebJobsStorage"] = storage.ConnectionString,
        ["Classifier:Backbone"] = TestBackbone.Id,
        ["Classifier:BackboneFolder"] = TestBackbone.Folder,
        ["Classifier:Training:Views"] = "2",
        ["Classifier:Training:QuietPeriod"] = "00:00:00.1",
        ["Classifier:Training:GateTolerance"] = "0.5",
        ["Classifier:Training:ReconcileInterval"] = "00:00:05",
    };

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Fingerprint of the version that scorers serve; null when there is none.</summary>
    public async Task<string?> PublishedFingerprintAsync(CancellationToken cancellation) =>
        (await Registry.Current.ReadAsync(known: null, cancellation)).Head is { Version: var version }
            ? (await Registry.Versions.ReadHeadAsync(version, cancellation)).Manifest.Fingerprint : null;

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
