using System.Net;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Serving;
using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;
using Microsoft.AspNetCore.Routing;

namespace ClockFunctions.Tests.Serving;

/// <summary>The OpenAPI document says what the code does, and the other way round.</summary>
public class ContractTests
{
    private static readonly Dictionary<string, Type> Types = new()
    {
        ["Score"] = typeof(Score),
        ["ScoreModel"] = typeof(ScoreModel),
        ["ImageSize"] = typeof(ImageSize),
        ["ClassScore"] = typeof(ClassScore),
        ["ScoreTiming"] = typeof(ScoreTiming),
        ["ScoreBatch"] = typeof(ScoreBatch),
        ["ZeroShot"] = typeof(ZeroShotDescription),
        ["Untrained"] = typeof(UntrainedDescription),
        ["TargetClass"] = typeof(TargetClass),
        ["HeadManifest"] = typeof(HeadManifest),
        ["PlattScaling"] = typeof(PlattScaling),
        ["HeadPrior"] = typeof(HeadPrior),
        ["HeadNovelty"] = typeof(HeadNovelty),
        ["ScoreCounts"] = typeof(ScoreCounts),
        ["TrafficHealth"] = typeof(TrafficHealth),
        ["Metrics"] = typeof(EvaluationMetrics),
        ["Interval"] = typeof(Interval),
        ["Confusion"] = typeof(ConfusionMatrix),
        ["ModelList"] = typeof(ModelList),
        ["DamagedHead"] = typeof(DamagedHead),
        ["ModelSummary"] = typeof(ModelSummary),
        ["TrainingImage"] = typeof(TrainingImageAdded),
        ["Health"] = typeof(Health),
        ["TrainingHealth"] = typeof(TrainingHealth),
        ["RefusedHead"] = typeof(RefusedHead),
        ["QueueHealth"] = typeof(QueueHealth),
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryRouteIsInTheDocumentAndEveryPathOfItIsServed()
    {
        await using ServingHost host = await ServingHost.StartAsync();
        IEnumerable<string> documented = OpenApiSchema.Document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"));
        IEnumerable<string> mapped = host.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .Select(endpoint => $"{endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]} {endpoint.RoutePattern.RawText}");
        IEnumerable<string> listed = ClassifierRoutes.All.Select(route => $"{route.Method} /api/{route.Route}");

        Assert.Equal(documented.Order(), mapped.Order());
        Assert.Equal(documented.Order(), listed.Order());
    }

    [Fact]
    public void EverySchemaHasThePropertiesOfItsType()
    {
        Assert.Equal(Types.Keys.Append("Problem").Order(), OpenApiSchema.Schemas.EnumerateObject().Select(schema => schema.Name).Order());
        foreach ((string name, Type type) in Types)
        {
            JsonElement schema = OpenApiSchema.Schemas.GetProperty(name);
            IEnumerable<PropertyInfo> properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null);
            Assert.Equal(
                properties.Select(property => $"{name}.{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}").Order(),
                schema.GetProperty("properties").EnumerateObject().Select(property => $"{name}.{property.Name}").Order());

            NullabilityInfoContext nullability = new();
            IEnumerable<string> always = properties
                .Where(property => Nullable.GetUnderlyingType(property.PropertyType) is null
                && nullability.Create(property).ReadState == NullabilityState.NotNull)
                .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));
            Assert.Equal(always.Order(), schema.GetProperty("required").EnumerateArray().Select(required => required.GetString()!).Order());
        }
    }

    [Fact]
    public void EveryReferenceLeadsSomewhere()
    {
        foreach (string reference in References(OpenApiSchema.Document))
        {
            JsonElement at = OpenApiSchema.Document;
            foreach (string part in reference.Split('/')[1..])
            {
                Assert.True(at.TryGetProperty(part, out at), reference);
            }
        }
    }

    [Fact]
    public async Task TheHostServesTheDocument()
    {
        await using ServingHost host = await ServingHost.StartAsync();

        byte[] served = await host.Client.GetByteArrayAsync("/api/openapi.json", Cancellation);

        Assert.Equal(OpenApiDocument.Bytes.ToArray(), served);
    }

    [Fact]
    public async Task WhatIsNotInTheContractIsAProblemToo()
    {
        await using ServingHost host = await ServingHost.StartAsync();

        await ServingHost.ProblemAsync(await host.Client.GetAsync("/api/nothing", Cancellation), 404, "not-found");
        await ServingHost.ProblemAsync(await host.Client.GetAsync("/elsewhere", Cancellation), 404, "not-found");
        HttpResponseMessage wrongMethod = await host.Client.GetAsync("/api/score", Cancellation);
        await ServingHost.ProblemAsync(wrongMethod, 405, "method-not-allowed");
        Assert.Equal("POST", Assert.Single(wrongMethod.Content.Headers.Allow));
    }

    [Fact]
    public async Task EveryAnswerCarriesTheSecurityHeaders()
    {
        await using ServingHost host = await ServingHost.StartAsync();
        foreach (string path in (string[])["/", "/api/health", "/api/model", "/api/nothing", "/api/openapi.json"])
        {
            HttpResponseMessage response = await host.Client.GetAsync(path, Cancellation);
            Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("DENY", Assert.Single(response.Headers.GetValues("X-Frame-Options")));
            string policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'none'", policy);
            Assert.DoesNotContain("unsafe", policy);
            Assert.False(response.Headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task ARefusalCarriesTheSecurityHeadersToo()
    {
        await using ServingHost host = await ServingHost.StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Get, "/api/model") { Headers = { Host = "evil.example" } };

        HttpResponseMessage refused = await host.Client.SendAsync(request, Cancellation);

        await ServingHost.ProblemAsync(refused, 403, "forbidden");
        Assert.Equal("nosniff", Assert.Single(refused.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-store", refused.Headers.CacheControl?.ToString());
    }

    public static TheoryData<string, int> Unreadable => new()
    {
        { "what is this?\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400 },
        { "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400 },
        { "POST /api/score HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400 },
        { $"GET /{new string('a', 10_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n", 414 },
        { $"GET / HTTP/1.1\r\nHost: localhost\r\nx: {new string('a', 40_000)}\r\n\r\n", 431 },
        { $"GET / HTTP/1.1\r\nHost: localhost\r\n{string.Concat(Enumerable.Repeat("x: y\r\n", 200))}\r\n", 431 },
    };

    [Theory, MemberData(nameof(Unreadable))]
    public async Task WhatTheServerCannotEvenReadIsAProblemToo(string request, int status)
    {
        await using ServingHost host = await ServingHost.StartAsync();

        string[] answer = (await RawClient.ExchangeAsync(host.Address, request)).Split("\r\n\r\n", 2);

        Assert.StartsWith($"HTTP/1.1 {status} ", answer[0]);
        Assert.Contains("Content-Type: application/problem+json", answer[0]);
        Assert.Contains("X-Content-Type-Options: nosniff", answer[0]);
        JsonElement problem = JsonDocument.Parse(answer[1]).RootElement;
        OpenApiSchema.AssertValid("Problem", problem);
        Assert.Equal("urn:clockfunctions:problem:malformed-request", problem.GetProperty("type").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task AHeadRequestIsAnsweredWithoutABody()
    {
        await using ServingHost host = await ServingHost.StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Head, "/api/openapi.json");

        HttpResponseMessage response = await host.Client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancellation));
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object =>
            element.EnumerateObject()
            .SelectMany(property => property.Name == "$ref" ? [property.Value.GetString()!] : References(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
