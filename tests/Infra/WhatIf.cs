using System.Text;
using System.Text.Json.Nodes;

namespace ClockFunctions.Tests.Infra;

/// <summary>What a deployment would change: two predictions compared, resource by resource.</summary>
internal static class WhatIf
{
    /// <summary>Values shown of a changed resource; the rest is counted.</summary>
    private const int MostValues = 6;

    private const string Changed = "changed";

    /// <summary>One row a resource that is added, removed or changed, by its type and name.</summary>
    public static IReadOnlyList<WhatIfRow> Compare(IEnumerable<JsonObject> before, IEnumerable<JsonObject> after)
    {
        Dictionary<string, JsonObject> old = ByName(before);
        Dictionary<string, JsonObject> now = ByName(after);
        return
        [
            .. old.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
                .Select(name => Compare(name, old.GetValueOrDefault(name), now.GetValueOrDefault(name)))
                .Where(row => row.Change != Changed || row.What.Length > 0),
        ];
    }

    private static WhatIfRow Compare(string name, JsonObject? was, JsonObject? becomes) => (was, becomes) switch
    {
        (null, _) => new WhatIfRow("added", name, ""),
        (_, null) => new WhatIfRow("removed", name, ""),
        _ => new WhatIfRow(Changed, name, Changes(was, becomes)),
    };

    /// <summary>As a Markdown table, under what was compared.</summary>
    public static string Table(string title, IReadOnlyList<WhatIfRow> rows)
    {
        StringBuilder table = new($"{title}: {(rows.Count == 0 ? "no resource is added, removed or changed" : "")}\n");
        if (rows.Count > 0)
        {
            table.Append("| change | resource | values |\n| --- | --- | --- |\n");
            foreach (WhatIfRow row in rows)
            {
                table.Append($"| {row.Change} | {row.Resource} | {row.What} |\n");
            }
        }

        return table.ToString();
    }

    private static string Changes(JsonObject was, JsonObject becomes)
    {
        Dictionary<string, string> old = Values(was).ToDictionary();
        Dictionary<string, string> now = Values(becomes).ToDictionary();
        string[] changed =
        [
            .. old.Keys.Union(now.Keys)
                .Where(path => old.GetValueOrDefault(path) != now.GetValueOrDefault(path)).Order(StringComparer.Ordinal)
                .Select(path => $"`{path}`: {old.GetValueOrDefault(path, "none")} → {now.GetValueOrDefault(path, "none")}"),
        ];
        string rest = changed.Length > MostValues ? $"<br>and {changed.Length - MostValues} more" : "";
        return string.Join("<br>", changed.Take(MostValues)) + rest;
    }

    /// <summary>Every value with its path.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Values(JsonNode? node, string path = "") => node switch
    {
        JsonObject parts when parts.Count > 0 =>
            parts.SelectMany(part => Values(part.Value, path.Length == 0 ? part.Key : $"{path}.{part.Key}")),
        JsonArray items when items.Count > 0 => items.SelectMany((item, i) => Values(item, $"{path}[{i}]")),
        _ => [KeyValuePair.Create(path, node?.ToJsonString() ?? "null")],
    };

    private static Dictionary<string, JsonObject> ByName(IEnumerable<JsonObject> resources) =>
        resources.ToDictionary(resource => $"{resource["type"]} {resource["name"]}");
}

/// <param name="Change"><c>added</c>, <c>removed</c> or <c>changed</c>.</param>
/// <param name="Resource">Type and name.</param>
/// <param name="What">The values that change; empty for a resource that comes or goes.</param>
internal sealed record WhatIfRow(string Change, string Resource, string What);
