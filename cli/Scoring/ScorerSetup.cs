using System.CommandLine;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Serving;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using Microsoft.Extensions.Configuration;

namespace ClockFunctions.Cli.Scoring;

/// <summary>A scorer for a batch, and the model that it scores with.</summary>
/// <param name="Scorer">The scorer.</param>
/// <param name="Model">From a folder or a storage; null for zero-shot.</param>
/// <param name="Options">The settings, those of the model included.</param>
/// <param name="Places">Images to score at the same time.</param>
internal sealed record ScorerSetup(Scorer Scorer, ServedModel? Model, ClassifierOptions Options, int Places)
{
    /// <param name="parsed">The verb's arguments, for the settings.</param>
    /// <param name="folder">A folder that <c>clocks train -o</c> wrote; null for none.</param>
    /// <param name="fromStorage">Whether the current model of the storage is wanted.</param>
    /// <param name="images">How many images there are.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UsageException">The model cannot be used with the settings.</exception>
    /// <exception cref="BackboneException">The backbone cannot be loaded.</exception>
    public static async Task<ScorerSetup> CreateAsync(
        ParseResult parsed, string? folder, bool fromStorage, int images, CancellationToken cancellation)
    {
        IConfiguration configuration = Settings.Configuration(parsed);
        ClassifierOptions options = Settings.Options(parsed);
        ServedModel? model = folder is not null ? FromFolder(folder)
            : fromStorage ? await FromStorageAsync(configuration, cancellation)
            : null;
        options = model is null ? options : ModelSettings.For(model.Manifest, options, configuration);

        (BackboneSpec spec, string file) = new BackboneCatalogue(options.BackboneFolder).Resolve(options.Backbone);
        if (model is not null && CurrentModel.Refusal(model.Manifest, options, spec) is { } refusal)
        {
            throw new UsageException(refusal);
        }

        if (fromStorage && model is null && spec.HasClasses)
        {
            Terminal.Progress("No model is published in the storage: the zero-shot head scores.");
        }

        // One image gets every core; many get one each.
        int places = Math.Min(options.Serving.Places, images);
        int threads = options.Serving.IntraOpThreads > 0
            ? options.Serving.IntraOpThreads : Math.Max(1, Environment.ProcessorCount / places);
        Backbone backbone = Backbone.Load(spec, file, new BackboneOptions { IntraOpThreads = threads });
        FeatureExtractor extractor = new(new ImageDecoder(options.Images), new Preprocessor(spec.Input, options.Pipeline), backbone);
        return new ScorerSetup(new Scorer(options, extractor), model, options, places);
    }

    private static ServedModel FromFolder(string folder)
    {
        (LearnedHead head, HeadManifest manifest) = HeadDirectory.Read(folder);
        return new ServedModel(head, manifest);
    }

    private static async Task<ServedModel?> FromStorageAsync(IConfiguration configuration, CancellationToken cancellation)
    {
        ModelRegistry registry = new(new StorageContainers(StorageConnection.FromConfiguration(configuration)), TimeProvider.System);
        CurrentHead current = await registry.Current.ReadAsync(known: null, cancellation);
        if (current.Damage is { } damage)
        {
            throw new InvalidHeadException(damage);
        }

        if (current.Head is null)
        {
            return null;
        }

        (LearnedHead head, HeadManifest manifest) = await registry.Versions.ReadHeadAsync(current.Head.Version, cancellation);
        return new ServedModel(head, manifest);
    }
}
