using System.Text.Json;

namespace ClockFunctions.Tests.Support;

/// <summary>What other programs read has a shape that was approved in a file: a change of that file is a change of the contract.</summary>
internal static class ApprovedShape
{
    /// <param name="json">What was answered or written.</param>
    /// <param name="path">The approved file, below the repository's root.</param>
    public static void AssertEqual(JsonElement json, params string[] path)
    {
        string approved = Path.Combine([SharedData.Root, .. path]);

        Assert.Equal(File.ReadAllText(approved), string.Concat(Of("", json).Distinct().Select(line => line + "\n")));
    }

    /// <summary>
    /// A line a value: its path, <c>[]</c> for any element of a list, and its kind. What differs from list to list shows as several lines.
    /// </summary>
    private static IEnumerable<string> Of(string path, JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(property => Of($"{path}.{property.Name}", property.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(element => Of($"{path}[]", element)),
        JsonValueKind.True or JsonValueKind.False => [$"{path} bool"],
        _ => [$"{path} {json.ValueKind.ToString().ToLowerInvariant()}"],
    };
}
