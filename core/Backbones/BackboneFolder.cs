using System.Text.Json;

namespace ClockFunctions.Core.Backbones;

/// <summary>A folder of backbones: <c>{id}.json</c>, and the ONNX file that it names beside it.</summary>
internal sealed class BackboneFolder(string path)
{
    public string Path => path;

    /// <summary>The ids in the folder, in order.</summary>
    public IEnumerable<string> Ids() => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*.json").Select(file => System.IO.Path.GetFileNameWithoutExtension(file))
        .Order(StringComparer.Ordinal)
        : [];

    /// <summary>The spec of an id and the full path of its model; null when the folder has none.</summary>
    /// <exception cref="BackboneException">The spec cannot be read.</exception>
    public (BackboneSpec Spec, string File)? Find(string id) => FindSpec(SpecFile(id));

    /// <inheritdoc cref="Find"/>
    public static (BackboneSpec Spec, string File)? FindSpec(string specFile)
    {
        if (!File.Exists(specFile))
        {
            return null;
        }

        BackboneSpec spec = ReadSpec(specFile);
        return (spec, System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(specFile))!, spec.File));
    }

    /// <summary>
    /// Installs what <paramref name="make"/> writes to the path that it is given. The spec is moved into place last and
    /// in one step, so that at any instant the folder holds the old backbone, the new one, or none.
    /// </summary>
    public BackboneSpec Install(string id, Func<string, BackboneSpec> make)
    {
        Directory.CreateDirectory(path);
        string temporary = System.IO.Path.Combine(path, $".{id}-{Guid.NewGuid():N}");
        try
        {
            BackboneSpec spec = make(temporary);
            // The hash in the name keeps a new model from overwriting the one that the old spec still names.
            spec = spec with { Id = id, File = $"{id}-{spec.Sha256[..8]}.onnx" };
            string? replaced = Find(id)?.File;
            File.Move(temporary, System.IO.Path.Combine(path, spec.File), overwrite: true);
            WriteThrough(temporary, JsonSerializer.SerializeToUtf8Bytes(spec, Json.Indented));
            File.Move(temporary, SpecFile(id), overwrite: true);
            if (replaced is not null && System.IO.Path.GetFileName(replaced) != spec.File)
            {
                File.Delete(replaced);
            }

            return spec;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private string SpecFile(string id) => System.IO.Path.Combine(path, $"{id}.json");

    /// <summary>Writes to the disk itself: a spec moved into place before its content is there would be empty after a power cut.</summary>
    private static void WriteThrough(string file, byte[] content)
    {
        using FileStream stream = File.Create(file);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
    }

    private static BackboneSpec ReadSpec(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<BackboneSpec>(File.ReadAllText(file), Json.Compact)
                ?? throw new JsonException("The file is empty.");
        }
        catch (JsonException e)
        {
            throw new BackboneException($"{file} is no backbone spec: {e.Message}", e);
        }
    }
}
