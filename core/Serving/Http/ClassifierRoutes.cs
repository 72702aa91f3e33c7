namespace ClockFunctions.Core.Serving.Http;

/// <summary>
/// The addresses of the HTTP contract, below <see cref="Prefix"/>: both hosts bind these, and the OpenAPI document lists them.
/// </summary>
public static class ClassifierRoutes
{
    /// <summary>The Functions host puts it before every route by itself; the local host maps it.</summary>
    public const string Prefix = "api";

    public const string Score = "score";
    public const string Model = "model";
    public const string Models = "models";
    public const string Publish = "models/{version}/publish";
    public const string Report = "models/{version}/report";
    public const string Training = "training/{label}/{name}";
    public const string Health = "health";
    public const string OpenApi = "openapi.json";

    /// <summary>The page for people, on Azure; the local host has it at its root. No part of the contract.</summary>
    public const string Studio = "studio";

    /// <summary>Every route with the method that it takes.</summary>
    public static IReadOnlyList<(string Method, string Route)> All { get; } =
    [
        ("POST", Score), ("GET", Model), ("GET", Models), ("POST", Publish), ("GET", Report), ("PUT", Training), ("GET", Health),
            ("GET", OpenApi),
    ];

    /// <summary>The method that an address takes; null when it is no part of the API.</summary>
    public static string? MethodOf(string path)
    {
        string[] segments = path.Trim('/').Split('/');
        foreach ((string method, string route) in All)
        {
            string[] template = [Prefix, .. route.Split('/')];
            if (template.Length == segments.Length
                && template.Zip(segments)
                .All(pair => pair.First[0] == '{' || pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase)))
            {
                return method;
            }
        }

        return null;
    }
}
