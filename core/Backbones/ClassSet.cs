using System.Globalization;

namespace ClockFunctions.Core.Backbones;

/// <summary>Reads which ImageNet classes mean the target, from a setting or an option.</summary>
public static class ClassSet
{
    private const int Suggestions = 5;

    /// <summary>Comma-separated 0-based ids or names (any synonym, any case): <c>409, wall clock</c>.</summary>
    /// <returns>The ids, each once, ascending.</returns>
    /// <exception cref="FormatException">One is no class or several, or there is none at all; the message names it.</exception>
    public static int[] Parse(string text)
    {
        string[] entries = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return entries.Length == 0
            ? throw new FormatException("At least one ImageNet class is needed: an id (0-999) or a name.")
            : [.. entries.Select(Find).Distinct().Order()];
    }

    private static int Find(string entry)
    {
        if (int.TryParse(entry, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id < ImageNetClasses.Count)
        {
            return id;
        }

        int[] named = Classes(name => name.Equals(entry, StringComparison.OrdinalIgnoreCase));
        return named.Length switch
        {
            1 => named[0],
            0 => throw new FormatException($"'{entry}' is no ImageNet class: give an id (0-999) or a name.{Suggest(entry)}"),
            _ => throw new FormatException($"'{entry}' is the name of the ImageNet classes {string.Join(" and ", named)}: give the id."),
        };
    }

    private static string Suggest(string entry)
    {
        int[] near = Classes(name => name.Contains(entry, StringComparison.OrdinalIgnoreCase));
        return near.Length == 0
            ? "" : $" Near it: {string.Join(", ", near.Take(Suggestions).Select(id => $"{ImageNetClasses.Names[id]} ({id})"))}.";
    }

    private static int[] Classes(Predicate<string> match) =>
        [.. Enumerable.Range(0, ImageNetClasses.Count).Where(id => ImageNetClasses.Synonyms[id].Any(name => match(name)))];
}
