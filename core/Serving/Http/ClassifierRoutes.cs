namespace ClockFunctions.Core.Serving.Http;

/// <summary>The addresses of the HTTP contract, below <see cref="Prefix"/>: both hosts bind these, and the OpenAPI document lists them.</summary>
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
}
