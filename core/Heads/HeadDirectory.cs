using System.Text.Json;

namespace ClockFunctions.Core.Heads;

/// <summary>A trained head as files: what <c>heads/{version}/</c> of the registry holds and <c>clocks train -o</c> writes.</summary>
/// <param name="Weights">Bytes of <c>head.safetensors</c>; see <see cref="HeadFile"/>.</param>
/// <param name="Manifest">Written as <c>head.json</c>.</param>
/// <param name="ReportJson">Contents of <c>report.json</c>.</param>
/// <param name="ReportHtml">Contents of <c>report.html</c>.</param>
public sealed record HeadDirectory(byte[] Weights, HeadManifest Manifest, string ReportJson, string ReportHtml)
{
    public const string WeightsName = "head.safetensors";
    public const string NoveltyName = "novelty.safetensors";
    public const string ManifestName = "head.json";
    public const string ReportName = "report.json";
    public const string PageName = "report.html";

    /// <summary>Contents of <c>novelty.safetensors</c>; null where the manifest names no such file.</summary>
    public byte[]? Novelty { get; init; }

    /// <summary>Writes the files, the manifest last: a folder with a manifest is complete.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.Delete(Path.Combine(folder, ManifestName));
        File.WriteAllBytes(Path.Combine(folder, WeightsName), Weights);
        if (Novelty is not null)
        {
            File.WriteAllBytes(Path.Combine(folder, NoveltyName), Novelty);
        }
        else
        {
            File.Delete(Path.Combine(folder, NoveltyName)); // of another head, which was there before
        }

        File.WriteAllText(Path.Combine(folder, ReportName), ReportJson);
        File.WriteAllText(Path.Combine(folder, PageName), ReportHtml);
        File.WriteAllText(Path.Combine(folder, ManifestName), JsonSerializer.Serialize(Manifest, Json.Indented));
    }

    /// <summary>Reads and checks the head of a folder; reports are not needed for that.</summary>
    /// <exception cref="InvalidHeadException">The folder holds no head, or a damaged one.</exception>
    public static (LearnedHead Head, HeadManifest Manifest) Read(string folder)
    {
        try
        {
            byte[] json = File.ReadAllBytes(Path.Combine(folder, ManifestName));
            HeadManifest manifest = JsonSerializer.Deserialize<HeadManifest>(json, Json.Compact)
                ?? throw new InvalidHeadException($"{ManifestName} in {folder} is empty.");
            byte[] weights = File.ReadAllBytes(Path.Combine(folder, WeightsName));
            byte[] novelty = manifest.Novelty?.Sha256 is null ? [] : File.ReadAllBytes(Path.Combine(folder, NoveltyName));
            return (LearnedHead.Load(weights, manifest, novelty), manifest);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            string missing = (e as FileNotFoundException)?.FileName is { } file ? $" {Path.GetFileName(file)} is not there." : "";
            throw new InvalidHeadException(
                $"{folder} holds no trained head: {ManifestName} and {WeightsName} are needed.{missing}", e);
        }
        catch (JsonException e)
        {
            throw new InvalidHeadException($"{ManifestName} in {folder} is damaged: {e.Message}", e);
        }
    }
}
