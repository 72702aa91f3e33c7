using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClockFunctions.Core.Serving;

namespace ClockFunctions.Cli.Scoring;

internal enum ScoreFormat
{
    Text,
    Csv,
    Json,
}

/// <summary>Writes scores to standard output, and what could not be scored to standard error (in JSON, to both).</summary>
internal sealed class ScoreOutput
{
    private const string CsvHeader = "file,probability,is_target,threshold,head,model,top_class,top_class_probability,problem";

    private readonly ScoreFormat _format;
    private readonly string _target;
    private int _targets;
    private int _others;

    public ScoreOutput(ScoreFormat format, string target)
    {
        _format = format;
        _target = target;
        if (format == ScoreFormat.Csv)
        {
            Console.Out.WriteLine(CsvHeader);
        }
    }

    /// <summary>Files that could not be scored.</summary>
    public int Unusable { get; private set; }

    public void Write(FileScore file)
    {
        if (file.Result is { Score: var score })
        {
            _ = score.IsTarget ? _targets++ : _others++;
            Console.Out.WriteLine(_format switch
            {
                ScoreFormat.Json => Json(file, score),
                ScoreFormat.Csv => Csv(file.File.Path, score),
                _ => Text(file.File.Path, score),
            });
            return;
        }

        Unusable++;
        Console.Error.WriteLine($"{file.File.Path}: {file.Problem}");
        if (_format == ScoreFormat.Json)
        {
            Console.Out.WriteLine(new JsonObject { ["file"] = file.File.Path, ["problem"] = file.Problem }.ToJsonString(Core.Json.Compact));
        }
        else if (_format == ScoreFormat.Csv)
        {
            Console.Out.WriteLine($"{Quote(file.File.Path)},,,,,,,,{Quote(file.Problem!)}");
        }
    }

    /// <summary>Counts, where there was more than one file.</summary>
    public void Summarise()
    {
        if (_targets + _others + Unusable > 1)
        {
            Terminal.Progress($"{_targets} {_target}, {_others} not, {Unusable} unusable.");
        }
    }

    private static string Text(string path, Score score) => string.Create(
        CultureInfo.InvariantCulture,
        $"{score.Probability:0.0000}  {(score.IsTarget || score.Label == Score.Unknown ? score.Label : "not " + score.Label)}  {path}  ({(
            score.TopClasses is [{ } top, ..] ? $"{top.Name} {top.Probability:0.00}; " : "")}{score.Model.Head})");

    private static string Csv(string path, Score score) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Quote(path)},{score.Probability},{(score.IsTarget ? "true" : "false")},{score.Threshold}," +
        $"{score.Model.Head},{score.Model.Version},{Quote(score.TopClasses?[0].Name ?? "")},{score.TopClasses?[0].Probability},");

    private static string Json(FileScore file, Score score)
    {
        JsonObject line = new() { ["file"] = file.File.Path };
        foreach ((string name, JsonNode? value) in JsonSerializer.SerializeToNode(score, Core.Json.Compact)!.AsObject())
        {
            line[name] = value?.DeepClone();
        }

        return line.ToJsonString(Core.Json.Compact);
    }

    /// <summary>RFC 4180.</summary>
    private static string Quote(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
