using System.CommandLine;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Backbones.Download;

namespace ClockFunctions.Cli.Verbs;

/// <summary><c>clocks backbone pull ID</c>.</summary>
internal static class BackbonePullVerb
{
    public static Command Create()
    {
        Argument<string> id = new("ID") { Description = $"One of {string.Join(", ", KnownBackbone.All.Select(known => known.Id))}" };
        Option<string?> from = new("--from")
        {
            Description = "A mirror's URL or a local file, instead of the public source",
            HelpName = "URL|FILE",
        };
        Option<double> stall = new("--stall")
        {
            Description = "Longest wait for the next bytes, in seconds",
            DefaultValueFactory = _ => 30,
        };
        Option<string?> folder = BackboneVerb.Folder();
        Option<bool> json = BackboneVerb.JsonOutput();
        Command command = new(
            "pull", "Download a known backbone, check it to the byte, import it, run it, install it") { id, from, stall, folder, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            double seconds = parsed.GetValue(stall);
            if (seconds is not (> 0 and <= 3600))
            {
                throw new UsageException("--stall must be more than 0 and at most 3600 seconds.");
            }

            string? source = parsed.GetValue(from);
            if (source is not null && !source.Contains("://", StringComparison.Ordinal) && !File.Exists(source))
            {
                throw new UsageException($"There is no file {source}.");
            }

            BackboneSpec spec = await BackboneVerb.Catalogue(parsed, folder).PullAsync(parsed.GetRequiredValue(id), new()
            {
                From = source,
                StallTimeout = TimeSpan.FromSeconds(seconds),
                Progress = new EveryTwentieth(),
            }, cancellation);
            BackboneVerb.Write(spec, parsed.GetValue(json));
        });
        return command;
    }

    /// <summary>
    /// A line each time that another twentieth has come. Not <see cref="Progress{T}"/>, whose reports may overtake each other.
    /// </summary>
    private sealed class EveryTwentieth : IProgress<DownloadProgress>
    {
        private const int Steps = 20;
        private long _step = -1;

        public void Report(DownloadProgress value)
        {
            long step = value.Received * Steps / value.Total;
            if (step > _step)
            {
                _step = step;
                Terminal.Progress($"{value.Received / 1e6,7:0.0} of {value.Total / 1e6:0.0} MB  {100 * step / Steps} %");
            }
        }
    }
}
