using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Heads.Export;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Cli.Verbs;

/// <summary><c>clocks models export</c>: one file to take away.</summary>
internal static class ModelsExportVerb
{
    public static Command Create()
    {
        Argument<string?> version = new("VERSION")
        {
            Description = "A version of the storage; the current one when left out",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string> output = new("--output", "-o")
        {
            Description = "The file to write: .onnx, or .json or .csv with --coefficients",
            HelpName = "FILE",
            Required = true,
        };
        Option<string?> model = new("--model")
        {
            Description = "A folder that `clocks train -o` wrote, instead of a version of the storage",
            HelpName = "MODELDIR",
        };
        Option<bool> coefficients = new("--coefficients") { Description = "The head alone: its bias and its weights" };
        Option<bool> json = new("--json") { Description = "Write JSON for machines" };
        Command verb = new("export", "Writes a model as one ONNX file that runs without this program: pixels in, probability out")
        {
            version, output, model, coefficients, Settings.Storage, json,
        };
        verb.SetAction(async (parsed, cancellation) =>
        {
            Export export = new(parsed, parsed.GetRequiredValue(output), parsed.GetValue(coefficients), parsed.GetValue(json));
            export.RefuseOtherEndings();
            if (parsed.GetValue(model) is not { } folder)
            {
                return await StorageSession.RunAsync(
                    parsed, session => FromStorageAsync(export, parsed.GetValue(version), session, cancellation), cancellation);
            }

            if (parsed.GetValue(version) is not null || parsed.GetValue(Settings.Storage) is not null)
            {
                throw new UsageException("--model names a folder: give no VERSION and no --storage beside it.");
            }

            (LearnedHead head, HeadManifest manifest) = HeadDirectory.Read(folder);
            return export.Write(head, manifest);
        });
        return verb;
    }

    private static async Task<int> FromStorageAsync(Export export, string? version, StorageSession session, CancellationToken cancellation)
    {
        ModelRegistry registry = session.Get<ModelRegistry>();
        try
        {
            version ??= await ModelsVerb.CurrentAsync(session, cancellation);
            (LearnedHead head, HeadManifest manifest) = await registry.Versions.ReadHeadAsync(version, cancellation);
            return export.Write(head, manifest);
        }
        catch (UnknownVersionException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private sealed record Export(ParseResult Parsed, string Output, bool Coefficients, bool Json)
    {
        private bool IsCsv => Output.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

        /// <summary>Before anything is read: the ending says what is in the file.</summary>
        public void RefuseOtherEndings()
        {
            bool isOnnx = Output.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);
            bool isTable = IsCsv || Output.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
            if (Coefficients ? !isTable : !isOnnx)
            {
                throw new UsageException(
                    Coefficients ? $"With --coefficients -o names a .json or .csv file, not {Output}."
                    : $"-o names an .onnx file, not {Output}. For the head alone add --coefficients.");
            }
        }

        public int Write(LearnedHead head, HeadManifest manifest)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(Output))!);
            if (Coefficients)
            {
                HeadCoefficients numbers = HeadCoefficients.Of(head, manifest);
                File.WriteAllText(Output, IsCsv ? numbers.ToCsv() : JsonSerializer.Serialize(numbers, Core.Json.Indented));
                Say(
                    new { File = Output, manifest.Version, Weights = numbers.Weights.Count },
                    $"{Output}: bias and {head.FeatureWidth} weights");
                return Terminal.Success;
            }

            ClassifierOptions options = ModelSettings.For(manifest, Settings.Options(Parsed), Settings.Configuration(Parsed));
            (BackboneSpec spec, string file) = new BackboneCatalogue(options.BackboneFolder).Resolve(options.Backbone);
            if (HeadCompatibility.Refusal(manifest, spec, options.Pipeline) is { } refusal)
            {
                throw new UsageException(refusal);
            }

            ExportedModel exported = ModelExport.Write(Output, spec, file, head, manifest);
            string size = manifest.Pipeline == "full" ? "HxW" : $"{exported.Height}x{exported.Width}";
            Say(exported, string.Create(
                CultureInfo.InvariantCulture,
                $"{Output}: {exported.Bytes / 1e6:0.0} MB, input {exported.Input} Nx{size}x3 (R, G, B of 0-255), output " +
                $"{exported.Output} of {manifest.Target}, threshold {manifest.Threshold:0.####}, licence of the backbone {spec.Licence}"));
            return Terminal.Success;
        }

        private void Say<T>(T result, string sentence)
        {
            if (Json)
            {
                Terminal.WriteJson(result);
            }
            else
            {
                Console.Out.WriteLine(sentence);
            }
        }
    }
}
