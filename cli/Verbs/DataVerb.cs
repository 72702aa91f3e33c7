using System.CommandLine;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Settings;

namespace ClockFunctions.Cli.Verbs;

/// <summary><c>clocks data summary|preview|sample</c>: know the photos before training on them.</summary>
public static class DataVerb
{
    public static Command Create() => new("data", "Look at a folder of labelled photos, or make one to try things with")
    {
        DataSummaryVerb.Create(),
        DataPreviewVerb.Create(),
        DataSampleVerb.Create(),
    };

    internal static Argument<DirectoryInfo> Folder() =>
        new("DIR") { Description = "A folder of photos: a folder a label, or flat files with --label-rule" };

    internal static Option<string?> Rule() => new("--label-rule")
    {
        Description = "How a path gives its label: folder, notebook (a name with _ is other, without is clock), " +
            "or regex:PATTERN=LABEL;…;*=LABEL [default: setting Training:LabelRule, which is folder]",
        HelpName = "RULE",
    };

    /// <summary>Lists the folder by the rule that was given, or the setting's.</summary>
    /// <exception cref="UsageException">There is no such folder, the rule is none, or no file gets a label.</exception>
    internal static LabelledFolder Read(DirectoryInfo folder, string? rule, TrainingOptions options)
    {
        if (!folder.Exists)
        {
            throw new UsageException($"There is no folder {folder.FullName}.");
        }

        try
        {
            LabelRule read = LabelRule.Parse(rule ?? options.LabelRule);
            LabelledFolder labelled = LabelledFolder.Read(folder.FullName, read);
            return labelled.Files.Count > 0
                ? labelled
                : throw new UsageException($"No file of {folder.FullName} gets a label from the rule '{read}'.");
        }
        catch (FormatException e)
        {
            throw new UsageException(e.Message);
        }
    }
}
