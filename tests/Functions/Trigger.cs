using System.Text.Json.Nodes;

namespace ClockFunctions.Tests.Functions;

/// <summary>A function's trigger, as the app's build wrote it for the host.</summary>
/// <param name="Function">Name of the function.</param>
/// <param name="Binding">The trigger's binding: its <c>type</c> and what belongs to that.</param>
internal sealed record Trigger(string Function, JsonObject Binding)
{
    /// <summary>The triggers of one type.</summary>
    /// <param name="type">Such as <c>blobTrigger</c>.</param>
    /// <param name="app">The app's folder; the published one when left out.</param>
    public static IReadOnlyList<Trigger> OfType(string type, string? app = null) =>
        [.. All(app ?? FunctionsApp.Published).Where(trigger => trigger["type"] == type)];

    public static IEnumerable<Trigger> All(string app) =>
        from function in JsonNode.Parse(File.ReadAllText(Path.Combine(app, "functions.metadata")))!.AsArray()
        select new Trigger(
            (string)function["name"]!,
            function["bindings"]!.AsArray().Select(binding => binding!.AsObject())
                .Single(binding => ((string)binding["type"]!).EndsWith("Trigger", StringComparison.Ordinal)));

    /// <summary>A value of the binding; empty where there is none.</summary>
    public string this[string name] => (string?)Binding[name] ?? "";
}
