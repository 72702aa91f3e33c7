using System.CommandLine;

namespace ClockFunctions.Cli;

/// <summary>Where a verb's results go: <c>--json</c> and <c>-o DIR</c>.</summary>
internal sealed class ResultOptions
{
    private readonly Option<bool> _json = new("--json") { Description = "Write JSON for machines" };
    private readonly Option<string?> _folder = new("--output", "-o")
    {
        Description = "Folder to write reports and plots to",
        HelpName = "DIR",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_json);
        command.Options.Add(_folder);
    }

    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>The folder, made if it is not there; null when none is wanted.</summary>
    public string? Folder(ParseResult parsed) => parsed.GetValue(_folder) is { } folder ? Directory.CreateDirectory(folder).FullName : null;
}
