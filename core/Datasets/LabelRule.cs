using System.Text.RegularExpressions;
using ClockFunctions.Core.Settings;

namespace ClockFunctions.Core.Datasets;

/// <summary>
/// Gives a path in a training container or folder its label: by its first segment (<c>folder</c>), or by
/// patterns of its file name (<c>regex:PATTERN=LABEL;…;*=LABEL</c>).
/// </summary>
/// <remarks>
/// A pattern may match anywhere in the file name, is case-sensitive, and cannot hold a <c>;</c>; the last
/// <c>=</c> of a part separates it from its label; <c>*</c> stands for every name. The first match decides,
/// and a name that nothing matches has no label. Patterns run without backtracking, so no name is slow.
/// </remarks>
public sealed class LabelRule
{
    private const string RegexPrefix = "regex:";

    /// <summary>Label by the first path segment.</summary>
    public static LabelRule Folder { get; } = new("folder", []);

    /// <summary>The case study's rule: a file name with <c>_</c> is <c>other</c>, one without is <c>clock</c>.</summary>
    public static LabelRule Notebook { get; } = Parse("regex:_=other;*=clock");

    private readonly string _text;
    private readonly IReadOnlyList<(Regex? Pattern, string Label)> _patterns;

    private LabelRule(string text, IReadOnlyList<(Regex?, string)> patterns)
    {
        _text = text;
        _patterns = patterns;
    }

    /// <summary>
    /// Reads a rule as <see cref="TrainingOptions.LabelRule"/> documents it; <c>notebook</c> is short for the case study's.
    /// </summary>
    /// <exception cref="FormatException">The text is no rule; the message says what is wrong with it.</exception>
    public static LabelRule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == "folder")
        {
            return Folder;
        }

        if (text == "notebook")
        {
            return Notebook;
        }

        if (!text.StartsWith(RegexPrefix, StringComparison.Ordinal))
        {
            throw new FormatException($"Label rule '{text}' must be folder, notebook or regex:PATTERN=LABEL;…;*=LABEL.");
        }

        string[] parts = text[RegexPrefix.Length..].Split(';', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 0
            ? throw new FormatException($"Label rule '{text}' has no PATTERN=LABEL.")
            : new LabelRule(text, [.. parts.Select(ParsePart)]);
    }

    /// <summary>The label and the name within it of a path with <c>/</c> between segments; null where the rule gives none.</summary>
    public (string Label, string Name)? Of(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (_patterns.Count == 0)
        {
            int slash = path.IndexOf('/', StringComparison.Ordinal);
            return slash <= 0 || slash == path.Length - 1 ? null : (path[..slash], path[(slash + 1)..]);
        }

        string file = path[(path.LastIndexOf('/') + 1)..];
        foreach ((Regex? pattern, string label) in _patterns)
        {
            if (file.Length > 0 && pattern?.IsMatch(file) != false)
            {
                return (label, path);
            }
        }

        return null;
    }

    /// <summary>The rule as it was written.</summary>
    public override string ToString() => _text;

    private static (Regex?, string) ParsePart(string part)
    {
        int equals = part.LastIndexOf('=');
        string label = part[(equals + 1)..];
        if (equals <= 0 || label.Length == 0 || label.AsSpan().ContainsAny('/', '\\'))
        {
            throw new FormatException($"'{part}' in the label rule must be PATTERN=LABEL, the label without a slash.");
        }

        string pattern = part[..equals];
        try
        {
            return (pattern == "*" ? null : new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), label);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"'{pattern}' in the label rule is no usable regular expression: {e.Message}", e);
        }
    }
}
