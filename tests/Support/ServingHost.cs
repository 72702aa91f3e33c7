using System.Net.Http.Headers;
using System.Text.Json;
using ClockFunctions.Cli.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ClockFunctions.Tests.Support;

/// <summary>The real local host on a free port of 127.0.0.1, with the small backbone.</summary>
public sealed class ServingHost : IAsyncDisposable
{
    /// <summary>Nothing listens on port 1: a storage that is away.</summary>
    public const string NoStorage =
        "DefaultEndpointsProtocol=http;AccountName=nobody;AccountKey=bm9ib2R5;BlobEndpoint=http://127.0.0.1:1/nobody;";

    private readonly WebApplication _app;

    private ServingHost(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    /// <summary>Whether nothing has ended it.</summary>
    public bool IsAlive => !_app.Lifetime.ApplicationStopping.IsCancellationRequested;

    public Uri Address => Client.BaseAddress!;

    /// <param name="storage">A connection string; null for a storage that is away.</param>
    /// <param name="settings">Settings of section <c>Classifier</c>.</param>
    public static Task<ServingHost> StartAsync(string? storage = null, params (string Name, string Value)[] settings) =>
        StartAsync(storage, watching: false, settings);

    /// <summary>The same with what <c>clocks serve</c> runs beside the API: training, and the inbox.</summary>
    public static Task<ServingHost> StartWatchingAsync(string storage, params (string Name, string Value)[] settings) =>
        StartAsync(storage, watching: true, settings);

    /// <summary>The same with parts of the host exchanged.</summary>
    public static Task<ServingHost> StartWatchingAsync(
        string storage, Action<IServiceCollection> exchange, params (string Name, string Value)[] settings) =>
        StartAsync(storage, watching: true, settings, exchange);

    private static async Task<ServingHost> StartAsync(
        string? storage, bool watching, (string Name, string Value)[] settings, Action<IServiceCollection>? exchange = null)
    {
        Dictionary<string, string?> configuration = new()
        {
            ["AzureWebJobsStorage"] = storage ?? NoStorage,
            ["Logging:LogLevel:Default"] = "None",
            ["Classifier:Backbone"] = TestBackbone.Id,
            ["Classifier:BackboneFolder"] = TestBackbone.Folder,
            ["Classifier:Serving:PollInterval"] = "00:00:00.1",
        };
        foreach ((string name, string value) in settings)
        {
            configuration[$"Classifier:{name}"] = value;
        }

        WebApplication app = LocalHost.Build(
            "http://127.0.0.1:0", new ConfigurationBuilder().AddInMemoryCollection(configuration).Build(),
            addServices: services =>
            {
                if (watching)
                {
                    services.AddWatchers(Path.GetTempPath());
                }

                exchange?.Invoke(services);
            });
        await app.StartAsync();
        return new ServingHost(app);
    }

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public Task<HttpResponseMessage> ScoreAsync(byte[] image, string query = "", string? contentType = "application/octet-stream") =>
        Client.PostAsync($"/api/score{query}", Content(image, contentType), TestContext.Current.CancellationToken);

    public static ByteArrayContent Content(byte[] bytes, string? contentType)
    {
        ByteArrayContent content = new(bytes);
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        return content;
    }

    /// <summary>The JSON of an answer, which must have this status.</summary>
    public static async Task<JsonElement> JsonAsync(HttpResponseMessage response, int status = 200)
    {
        string body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode} instead of {status}: {body}");
        return JsonDocument.Parse(body).RootElement;
    }

    /// <summary>The problem of an answer: RFC 9457, with this status and type.</summary>
    public static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, int status, string type)
    {
        JsonElement problem = await JsonAsync(response, status);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"urn:clockfunctions:problem:{type}", problem.GetProperty("type").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        return problem;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
