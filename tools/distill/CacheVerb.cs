using System.CommandLine;
using System.Security.Cryptography;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Distill.Views;

namespace ClockFunctions.Distill;

/// <summary><c>cache</c>: renders views of photos and asks the teacher about each, once.</summary>
public static class CacheVerb
{
    public static Command Create()
    {
        CacheOptions defaults = new();
        Option<string> teacher = new("--teacher") { Required = true, Description = "ONNX file to learn from: an ImageNet classifier." };
        Option<string> normalisation = new("--normalisation")
        {
            DefaultValueFactory = _ => "tf",
            Description = $"How the teacher's input is scaled: {string.Join(", ", InputNormalisation.Presets.Keys)}.",
        };
        normalisation.AcceptOnlyFromAmong([.. InputNormalisation.Presets.Keys]);
        Option<string[]> photos = new("--photos") { Required = true, Description = "Folder of photos; may be given several times." };
        Option<string[]> exclude = new("--exclude")
        {
            DefaultValueFactory = _ => [],
            Description = "Folder of photos that must not be learned from, nor near-duplicates of them.",
        };
        Option<string> output = new("--out", "-o") { Required = true, Description = "Folder of the cache." };
        Option<int> views = new("--views") { DefaultValueFactory = _ => defaults.Views, Description = "Number of training views." };
        Option<int> size = new("--size")
        {
            DefaultValueFactory = _ => defaults.StudentSize,
            Description = "Side of the views kept for the student.",
        };
        Option<int> seed = new("--seed") { DefaultValueFactory = _ => defaults.Seed };
        Option<int> threads = new("--threads") { DefaultValueFactory = _ => Environment.ProcessorCount };
        Command verb = new("cache", "Renders augmented views and keeps the teacher's answers. Resumes.")
        {
            teacher, normalisation, photos, exclude, output, views, size, seed, threads,
        };
        verb.SetAction((parsed, cancellation) =>
        {
            CacheOptions options =
                defaults with { Views = parsed.GetValue(views), StudentSize = parsed.GetValue(size), Seed = parsed.GetValue(seed) };
            string model = parsed.GetRequiredValue(teacher);
            IReadOnlyList<Photo> all = PhotoFolder.List(parsed.GetRequiredValue(photos), Log.Line);
            IReadOnlyList<Photo> judged = PhotoFolder.List(parsed.GetRequiredValue(exclude), Log.Line);
            IReadOnlyList<Photo> kept = PhotoFolder.Without(all, judged);
            Log.Line($"{all.Count} photos, {all.Count - kept.Count} excluded: same content, name or look as one of {judged.Count}");

            string folder = parsed.GetRequiredValue(output);
            using Teacher network = Teacher.Import(
                model, InputNormalisation.Presets[parsed.GetRequiredValue(normalisation)], Path.Combine(folder, "teacher"),
                parsed.GetValue(threads));
            string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(model)));
            new ViewCacheBuilder(options, kept, network, hash, Log.Line).Build(folder, cancellation);
            if (cancellation.IsCancellationRequested)
            {
                return Task.FromResult(1);
            }

            using ViewCache cache = ViewCache.Open(folder);
            ViewSheet.Write(cache, Path.Combine(folder, "views.png"));
            return Task.FromResult(0);
        });
        return verb;
    }
}
