using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;

namespace ClockFunctions.Bench.Service;

/// <summary>What the log of <c>clocks serve --json</c> says about ingest and training.</summary>
public sealed class ServiceLog
{
    private int _computed;

    /// <summary>Images computed by the sweeps that have ended.</summary>
    public int Computed => Volatile.Read(ref _computed);

    public Channel<TrainingLine> Trainings { get; } = Channel.CreateUnbounded<TrainingLine>();

    /// <summary>Takes one line; lines about anything else are left.</summary>
    public void Read(string line)
    {
        if (!line.StartsWith('{'))
        {
            return;
        }

        using JsonDocument json = JsonDocument.Parse(line);
        JsonElement state = json.RootElement.GetProperty("State");
        switch (state.TryGetProperty("{OriginalFormat}", out JsonElement format) ? format.GetString()!.Split(' ')[0] : "")
        {
            case "Ingested":
                Interlocked.Add(ref _computed, Number("Extracted"));
                break;
            case "Looked":
                Trainings.Writer.TryWrite(
                    new TrainingLine(Number("Images"), Time("Started"), Time("Ended"), Text("Outcome"), Text("Version")));
                break;
        }

        string Text(string name) => state.GetProperty(name).ToString();
        int Number(string name) => int.Parse(Text(name), CultureInfo.InvariantCulture);
        DateTimeOffset Time(string name) => DateTimeOffset.Parse(Text(name), CultureInfo.InvariantCulture);
    }
}

/// <summary>One look of the trainer at the dataset.</summary>
/// <param name="Images">Images in the dataset.</param>
/// <param name="Started">When the quiet period was over and the trainer began to look.</param>
/// <param name="Ended">When it had published, or held.</param>
/// <param name="Outcome"><c>Published</c>, <c>Held</c>, or why nothing was trained.</param>
/// <param name="Version">The version; empty when there is none.</param>
public sealed record TrainingLine(int Images, DateTimeOffset Started, DateTimeOffset Ended, string Outcome, string Version);
