using System.Text.RegularExpressions;
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

    /// <summary>Makes an ONNX classifier a backbone and installs it; one of the same id is replaced.</summary>
    /// <exception cref="BackboneException">The file is no ImageNet classifier that import understands, or the id is not usable; nothing is installed.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public BackboneSpec Import(string file, ImportOptions options)
    {
        if (!UsableId().IsMatch(options.Id) || _shipped.Find(options.Id) is not null)
        {
            throw new BackboneException(
                $"'{options.Id}' cannot be a backbone's id: take lower-case letters, digits, dots, dashes and underscores, and not the id of a shipped one.");
        }

        return _installed.Install(options.Id, temporary => BackboneImport.Run(file, temporary, options));
    }

    private BackboneException NotFound(string id)
    {
        string installed = string.Join(", ", _shipped.Specs().Concat(_installed.Specs()).Select(spec => spec.Id));
        return new($"There is no backbone '{id}' in {Folder}. Installed: {(installed.Length == 0 ? "none" : installed)}. " +
            $"`clocks backbone pull {id}` downloads a known one, `clocks backbone import FILE.onnx --id {id}` takes any ImageNet classifier.");
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,63}$")]
    private static partial Regex UsableId();
}
