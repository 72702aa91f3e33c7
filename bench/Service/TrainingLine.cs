using System.Globalization;
using System.Text.Json;

namespace ClockFunctions.Bench.Service;

/// <summary>What the trainer's log says about one training.</summary>
/// <param name="Images">Images in the dataset.</param>
/// <param name="Started">When the quiet period was over and the trainer began to look.</param>
/// <param name="Ended">When it had published, or held.</param>
/// <param name="Outcome"><c>Published</c>, <c>Held</c>, or why nothing was trained.</param>
/// <param name="Version">The version; empty when there is none.</param>
public sealed record TrainingLine(int Images, DateTimeOffset Started, DateTimeOffset Ended, string Outcome, string Version)
{
    /// <summary>Reads a line of <c>clocks serve --json</c>; null for a line about anything else.</summary>
    public static TrainingLine? Parse(string line)
    {
        if (!line.StartsWith('{') || !line.Contains("Looked at", StringComparison.Ordinal))
        {
            return null;
        }

        using JsonDocument json = JsonDocument.Parse(line);
        JsonElement state = json.RootElement.GetProperty("State");
        return new TrainingLine(
            int.Parse(Text("Images"), CultureInfo.InvariantCulture), Time("Started"), Time("Ended"), Text("Outcome"), Text("Version"));

        string Text(string name) => state.GetProperty(name).ToString();
        DateTimeOffset Time(string name) => DateTimeOffset.Parse(Text(name), CultureInfo.InvariantCulture);
    }
}
