using System.Text.Json;
using ClockFunctions.StandIn.Protocol;

namespace ClockFunctions.StandIn;

/// <summary>A function of the app, as its metadata describe it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Trigger">Its trigger's binding: <c>name</c>, <c>type</c> and what belongs to that type.</param>
public sealed record LoadedFunction(string Name, JsonElement Trigger)
{
    internal LoadedFunction(RpcFunctionMetadata metadata)
        : this(metadata.Name, metadata.RawBindings.Select(Parse).Single(IsTrigger)) => Id = metadata.FunctionId;

    internal string Id { get; } = "";

    /// <summary>Such as <c>httpTrigger</c>.</summary>
    public string Type => Text(Trigger, "type");

    /// <summary>The parameter that is bound.</summary>
    internal string Parameter => Text(Trigger, "name");

    /// <summary>Whether an HTTP request is for this function.</summary>
    /// <param name="method">Such as <c>GET</c>.</param>
    /// <param name="path">Below the route prefix, without a slash at its beginning.</param>
    public bool Takes(string method, string path)
    {
        if (Type != "httpTrigger" || !Trigger.GetProperty("methods").EnumerateArray().Any(one => IsSame(one.GetString()!, method)))
        {
            return false;
        }

        string[] route = Text(Trigger, "route").Split('/');
        string[] segments = path.Split('/');
        bool takesTheRest = route[^1].StartsWith("{*", StringComparison.Ordinal);
        return (route.Length == segments.Length || (takesTheRest && route.Length <= segments.Length))
            && route.Zip(segments).All(pair => pair.First.StartsWith('{') || IsSame(pair.First, pair.Second));
    }

    private static bool IsTrigger(JsonElement binding) => Text(binding, "type").EndsWith("Trigger", StringComparison.Ordinal);

    private static bool IsSame(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static string Text(JsonElement binding, string name) => binding.GetProperty(name).GetString()!;

    private static JsonElement Parse(string binding)
    {
        using JsonDocument document = JsonDocument.Parse(binding);
        return document.RootElement.Clone();
    }
}
