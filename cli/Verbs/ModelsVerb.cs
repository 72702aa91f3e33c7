using System.CommandLine;
using System.Globalization;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Serving;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Cli.Verbs;

/// <summary><c>clocks models</c>: the registry of trained heads.</summary>
internal static class ModelsVerb
{
    private static readonly Option<bool> AsJson = new("--json") { Description = "Write JSON for machines" };

    public static Command Create() => new("models", "Lists the trained models of a storage, shows, exports, publishes or rolls back to one")
    {
        List(), Publish(), Show(), ModelsExportVerb.Create(),
    };

    private static Command List()
    {
        Command verb = new("list", "Shows every version, newest first, and what training waits for") { Settings.Storage, AsJson };
        verb.SetAction(
            (parsed, cancellation) => StorageSession.RunAsync(parsed, session => ListAsync(parsed, session, cancellation), cancellation));
        return verb;
    }

    private static Command Publish()
    {
        Argument<string> version = new("VERSION")
        {
            Description = "The version to make current: a newer one, or an older one to roll back",
        };
        Command verb = new("publish", "Makes a version the one that is served; every instance takes it within its poll interval")
        {
            version, Settings.Storage, AsJson,
        };
        verb.SetAction((parsed, cancellation) => StorageSession.RunAsync(
            parsed, session => PublishAsync(parsed, parsed.GetRequiredValue(version), session, cancellation), cancellation));
        return verb;
    }

    private static Command Show()
    {
        Argument<string?> version = new("VERSION")
        {
            Description = "A version; the current one when left out",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> report = new("--report") { Description = "Write the version's HTML report to this file", HelpName = "FILE" };
        Command verb = new("show", "Shows the manifest of a version") { version, report, Settings.Storage, AsJson };
        verb.SetAction((parsed, cancellation) => StorageSession.RunAsync(
            parsed, session => ShowAsync(parsed, parsed.GetValue(version), parsed.GetValue(report), session, cancellation), cancellation));
        return verb;
    }

    private static async Task<int> ListAsync(ParseResult parsed, StorageSession session, CancellationToken cancellation)
    {
        (IReadOnlyList<RegisteredHead> heads, IReadOnlyList<DamagedHead> damaged) = await session.Get<ModelRegistry>()
            .ListWithDamagedAsync(cancellation);
        IReadOnlyList<ModelSummary> models = ModelSummary.Of(heads, session.Options, session.Get<BackboneCatalogue>());
        (TrainingState training, _) = await session.Get<TrainingStateBlob>().ReadAsync(cancellation);
        if (parsed.GetValue(AsJson))
        {
            Terminal.WriteJson(new { Models = models, Damaged = damaged, Training = training });
            return Terminal.Success;
        }

        if (models.Count == 0)
        {
            Console.Out.WriteLine($"No model was trained yet: {Unlearned(session)}.");
        }
        else
        {
            Console.Out.WriteLine($"{"VERSION",-24} {"STATE",-10} {"ROC AUC",-8} {"F1",-6} {"IMAGES",-7} BACKBONE");
        }

        foreach (ModelSummary model in models)
        {
            Console.Out.WriteLine(
                $"{model.Version,-24} {model.State,-10} {Number(model.Metrics.RocAuc, "0.0000"),-8} " +
                $"{Number(model.Metrics.F1, "0.000"),-6} {model.LabelCounts.Values.Sum(),-7} {model.Backbone}");
            string? note = model.Unusable is { } refusal ? $"refused: {refusal}" : model.State == "held" ? $"held: {model.Reason}" : null;
            if (note is not null)
            {
                Console.Out.WriteLine($"    {note}");
            }
        }

        foreach (DamagedHead head in damaged)
        {
            Console.Out.WriteLine($"{head.Version,-24} damaged    {head.Reason}");
        }

        foreach (string line in Sentences(training))
        {
            Console.Out.WriteLine(line);
        }

        return Terminal.Success;
    }

    private static async Task<int> PublishAsync(ParseResult parsed, string version, StorageSession session, CancellationToken cancellation)
    {
        ModelRegistry registry = session.Get<ModelRegistry>();
        try
        {
            HeadManifest manifest = await registry.Versions.ReadManifestAsync(version, cancellation);
            if (CurrentModel.Refusal(manifest, session.Options, session.Backbone) is { } refusal)
            {
                throw new InvalidHeadException(refusal);
            }

            CurrentHead before = await registry.Current.ReadAsync(known: null, cancellation);
            CurrentHead after = before.Head?.Version == version
                ? before : await registry.PublishAsync(version, before.ETag, session.Backbone, session.Options.Pipeline, cancellation);
            if (parsed.GetValue(AsJson))
            {
                Terminal.WriteJson(after.Head);
            }
            else
            {
                string previous = before == after ? " already" : before.Head is { } head ? $", after {head.Version}" : "";
                Console.Out.WriteLine($"{version} is current{previous}.");
            }

            return Terminal.Success;
        }
        catch (UnknownVersionException e)
        {
            throw new UsageException(e.Message);
        }
    }

    private static async Task<int> ShowAsync(
        ParseResult parsed, string? version, string? report, StorageSession session, CancellationToken cancellation)
    {
        ModelRegistry registry = session.Get<ModelRegistry>();
        version ??= await CurrentAsync(session, cancellation);
        try
        {
            HeadManifest manifest = await registry.Versions.ReadManifestAsync(version, cancellation);
            if (report is not null)
            {
                BinaryData page = await registry.Versions.ReadReportAsync(version, cancellation);
                await File.WriteAllBytesAsync(report, page.ToArray(), cancellation);
                Terminal.Progress($"Wrote {report}");
            }

            Terminal.WriteJson(manifest); // a manifest is for people as much as for machines
            return Terminal.Success;
        }
        catch (UnknownVersionException e)
        {
            throw new UsageException(e.Message);
        }
    }

    internal static async Task<string> CurrentAsync(StorageSession session, CancellationToken cancellation)
    {
        CurrentHead current = await session.Get<ModelRegistry>().Current.ReadAsync(known: null, cancellation);
        return current.Damage is { } damage
            ? throw new InvalidHeadException(damage)
            : current.Head?.Version
            ?? throw new UsageException($"No version is current: {Unlearned(session)}. Name a version of `clocks models list`.");
    }

    private static IEnumerable<string> Sentences(TrainingState training)
    {
        if (training.Waiting is { } waiting)
        {
            yield return waiting;
        }

        if (training.IsDirty)
        {
            yield return "The training images changed, and a training is due.";
        }

        if (training.Error is { } error)
        {
            yield return $"The last training failed: {error}";
        }

        foreach (string leftOut in training.LeftOut())
        {
            yield return leftOut;
        }
    }

    /// <summary>What answers while nothing is published, as the rest of a sentence.</summary>
    private static string Unlearned(StorageSession session)
    {
        try
        {
            return ScoreModel.Unlearned(session.Backbone).Head == ScoreModel.None
                ? $"nothing answers, since backbone {session.Backbone.Id} gives features alone" : "the zero-shot head answers";
        }
        catch (BackboneException)
        {
            return $"nothing answers, since backbone {session.Options.Backbone} is not installed here";
        }
    }

    private static string Number(Interval value, string format) => value.Value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}
