using System.Collections.Concurrent;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Core.Serving.CustomVision;

/// <summary>The models behind published names: <c>current</c>, a version's id, or a name that a version was published under.</summary>
/// <remarks>
/// Names are read again after <see cref="ServingOptions.PollInterval"/>, as the pointer to the current model is. A version that was
/// loaded once stays in memory: it never changes.
/// </remarks>
public sealed class PublishedVersions(
    ClassifierOptions options, CurrentModel current, Func<ModelRegistry> registry, Func<CustomVisionBlob> names,
    BackboneCatalogue backbones, TimeProvider time)
{
    /// <summary>The name of the model that also <c>/api/score</c> answers with.</summary>
    public const string Current = "current";

    /// <summary>Versions held in memory; a head takes some kilobytes.</summary>
    private const int MostLoaded = 16;

    private readonly ConcurrentDictionary<string, ServedModel> _loaded = new();
    private volatile Read? _read;

    /// <summary>The model of a name; null while the zero-shot head answers for <see cref="Current"/>.</summary>
    /// <exception cref="CustomVisionException">Nothing is published under the name, or it cannot serve here.</exception>
    internal async Task<ServedModel?> FindAsync(string name, CancellationToken cancellation)
    {
        if (name.Equals(Current, StringComparison.OrdinalIgnoreCase))
        {
            return await current.GetAsync(cancellation);
        }

        string version = VersionId.IsValid(name)
            ? name
            : (await StorageDeadline.KeepAsync(NamesAsync, cancellation)).Published.GetValueOrDefault(name) ?? throw Unknown(name);
        return _loaded.TryGetValue(version, out ServedModel? model)
            ? model
            : await StorageDeadline.KeepAsync(stop => LoadAsync(version, name, stop), cancellation);
    }

    /// <summary>Loads a version, so that a name is given only to one that can serve.</summary>
    /// <exception cref="CustomVisionException">It cannot serve here.</exception>
    internal Task CheckAsync(string version, CancellationToken cancellation) => LoadAsync(version, version, cancellation);

    /// <summary>The names were changed by this process.</summary>
    internal void Forget() => _read = null;

    private async Task<CustomVisionNames> NamesAsync(CancellationToken cancellation)
    {
        if (_read is { } read && time.GetElapsedTime(read.At) < options.Serving.PollInterval)
        {
            return read.Names;
        }

        long at = time.GetTimestamp();
        CustomVisionNames now = await names().ReadAsync(cancellation);
        _read = new Read(now, at);
        return now;
    }

    private async Task<ServedModel> LoadAsync(string version, string name, CancellationToken cancellation)
    {
        try
        {
            (LearnedHead head, HeadManifest manifest) = await registry().Versions.ReadHeadAsync(version, cancellation);
            if (CurrentModel.Refusal(manifest, options, backbones.Resolve(options.Backbone).Spec) is { } refusal)
            {
                throw CustomVisionException.BadRequest("BadRequestIterationValidationFailed", refusal);
            }

            if (_loaded.Count >= MostLoaded)
            {
                _loaded.Clear();
            }

            return _loaded.GetOrAdd(version, new ServedModel(head, manifest));
        }
        catch (Exception e) when (e is UnknownVersionException or InvalidHeadException)
        {
            throw Unknown(name);
        }
    }

    private static CustomVisionException Unknown(string name) => CustomVisionException.NotFound(
        "NotFoundIteration", $"Nothing is published as '{name}'. Use '{Current}', a version, or a name that one was published under.");

    private sealed record Read(CustomVisionNames Names, long At);
}
