using System.Text.RegularExpressions;
using ClockFunctions.Core.Backbones.Download;
using ClockFunctions.Core.Backbones.Import;

namespace ClockFunctions.Core.Backbones;

/// <summary>The backbones that can be used: shipped with the project, pulled or imported into a folder.</summary>
/// <param name="folder">Folder of pulled and imported backbones. Default null: <c>.clocks/backbones</c> in the user's home folder.</param>
public sealed partial class BackboneCatalogue(string? folder = null)
{
    private readonly BackboneFolder _shipped = new(Path.Combine(AppContext.BaseDirectory, "Backbones", "Shipped"));
    private readonly BackboneFolder _installed = new(folder ?? DefaultFolder);

    /// <summary><c>.clocks/backbones</c> in the user's home folder.</summary>
    public static string DefaultFolder { get; } =
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".clocks", "backbones");

    /// <summary>Where pulled and imported backbones are.</summary>
    public string Folder => _installed.Path;

    /// <summary>Finds a backbone by id, or by the path of its spec file.</summary>
    /// <returns>Its spec and the full path of its model.</returns>
    /// <exception cref="BackboneException">There is none; the message says how to get it.</exception>
    public (BackboneSpec Spec, string File) Resolve(string idOrPath)
    {
        if (idOrPath.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return BackboneFolder.FindSpec(idOrPath) ?? throw new BackboneException($"There is no backbone spec {idOrPath}.");
        }

        if (idOrPath.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            throw new BackboneException($"{idOrPath} is a model, not a backbone yet: import it with `clocks backbone import {idOrPath}`.");
        }

        return _shipped.Find(idOrPath) ?? _installed.Find(idOrPath) ?? throw NotFound(idOrPath);
    }

    /// <summary>
    /// Makes an ONNX network, which may come in a ZIP file, a backbone and installs it; one of the same id is replaced.
    /// </summary>
    /// <exception cref="BackboneException">
    /// The file is no image network that import understands, or the id is not usable; nothing is installed.
    /// </exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public BackboneSpec Import(string file, ImportOptions options)
    {
        if (!UsableId().IsMatch(options.Id) || _shipped.Find(options.Id) is not null)
        {
            throw new BackboneException(
                $"'{options.Id}' cannot be a backbone's id: take lower-case letters, digits, dots, dashes and underscores, and not the " +
                "id of a shipped one.");
        }

        return _installed.Install(options.Id, temporary =>
        {
            if (!ZippedModel.Is(file))
            {
                return BackboneImport.Run(file, temporary, options);
            }

            string unpacked = $"{temporary}.onnx";
            try
            {
                ZippedModel.Extract(file, unpacked);
                return BackboneImport.Run(unpacked, temporary, options);
            }
            finally
            {
                File.Delete(unpacked);
            }
        });
    }

    /// <summary>Downloads a known backbone, checks it to the byte, imports it, runs it and installs it.</summary>
    /// <returns>Its spec; nothing is downloaded if it is installed already.</returns>
    /// <exception cref="BackboneException">
    /// The id is not known, the source fails or serves another file, or it does not import; nothing is installed.
    /// </exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public Task<BackboneSpec> PullAsync(string id, PullOptions? options = null, CancellationToken cancellation = default) =>
        PullAsync(KnownBackbone.Find(id) ?? throw NotKnown(id), options ?? new(), cancellation);

    /// <inheritdoc cref="PullAsync(string, PullOptions?, CancellationToken)"/>
    internal async Task<BackboneSpec> PullAsync(KnownBackbone known, PullOptions options, CancellationToken cancellation)
    {
        if (_installed.Find(known.Id) is { } installed && installed.Spec.SourceSha256 == known.Sha256
            && Backbone.Damage(installed.Spec, installed.File) is null)
        {
            return installed.Spec;
        }

        Directory.CreateDirectory(Folder);
        string download = Path.Combine(Folder, $".{known.Id}-{known.Sha256[..8]}.onnx");
        string source = options.From ?? known.Source.ToString();
        try
        {
            if (Uri.TryCreate(source, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https")
            {
                using HttpClient client = new() { Timeout = Timeout.InfiniteTimeSpan };
                await new FileDownload(client, options.StallTimeout).RunAsync(
                    url, download, known.Bytes, known.Sha256, options.Progress, cancellation);
                return Install(known, download, source);
            }

            string found = FileHash.Sha256(source);
            return found == known.Sha256
                ? Install(known, source, Path.GetFileName(source))
                : throw new BackboneException(
                    $"{source} is not {known.File}: its sha256 is {found}, not {known.Sha256}. Nothing was installed.");
        }
        finally
        {
            File.Delete(download);
        }
    }

    /// <summary>Checks a backbone's hash and runs it.</summary>
    /// <exception cref="BackboneException">There is none, its file is damaged, or it does not run.</exception>
    public BackboneSpec Verify(string idOrPath)
    {
        (BackboneSpec spec, string file) = Resolve(idOrPath);
        BackboneProof.Prove(spec, file);
        return spec;
    }

    /// <summary>
    /// Shipped, installed and known backbones. Installed ones are checked for their length only; <see cref="Verify"/> does more.
    /// </summary>
    public IReadOnlyList<BackboneListing> List()
    {
        List<BackboneListing> listings = [
            .. ListFolder(_shipped, BackboneState.Shipped), .. ListFolder(_installed, BackboneState.Installed)];
        HashSet<string> present = [.. listings.Select(listing => listing.Id)];
        listings.AddRange(KnownBackbone.All
            .Where(known => !present.Contains(known.Id))
            .Select(known => new BackboneListing(known.Id, BackboneState.Known, null, known, null)));
        return listings;
    }

    private BackboneSpec Install(KnownBackbone known, string file, string source) => _installed.Install(known.Id, temporary =>
    {
        BackboneSpec spec = BackboneImport.Run(file, temporary, new()
        {
            Id = known.Id,
            Normalisation = known.Normalisation,
            Licence = known.Licence,
            Source = source,
        });
        return spec.FeatureWidth == known.FeatureWidth
            ? spec
            : throw new BackboneException(
                $"{known.File} gives {spec.FeatureWidth} features, not the {known.FeatureWidth} that '{known.Id}' is known to have.");
    });

    private static IEnumerable<BackboneListing> ListFolder(BackboneFolder folder, BackboneState state)
    {
        foreach (string id in folder.Ids())
        {
            BackboneListing listing;
            try
            {
                (BackboneSpec spec, string file) = folder.Find(id)!.Value;
                bool complete = File.Exists(file) && new FileInfo(file).Length == spec.Bytes;
                listing = new(id, state, spec, KnownBackbone.Find(id), complete ? null : $"{spec.File} is missing or cut short");
            }
            catch (BackboneException e)
            {
                listing = new(id, state, null, KnownBackbone.Find(id), e.Message);
            }

            yield return listing;
        }
    }

    private BackboneException NotFound(string id) => new(
        $"There is no backbone '{id}' in {Folder}. Installed: {Names([.. _shipped.Ids(), .. _installed.Ids()])}. " +
        (KnownBackbone.Find(id) is null
            ? $"`clocks backbone import FILE.onnx --id {id}` takes any image network."
            : $"`clocks backbone pull {id}` downloads it."));

    private static BackboneException NotKnown(string id) => new(
        $"There is no known backbone '{id}'. Known: {Names(KnownBackbone.All.Select(known => known.Id))}. For any other model: `clocks " +
        "backbone import FILE.onnx`.");

    private static string Names(IEnumerable<string> ids) => string.Join(", ", ids) is { Length: > 0 } names ? names : "none";

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,63}$")]
    private static partial Regex UsableId();
}
