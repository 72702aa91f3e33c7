using System.Text.Json;
using ClockFunctions.StandIn;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Functions;

/// <summary>The published app, driven as the Functions host drives it.</summary>
internal sealed class DrivenApp : IAsyncDisposable
{
    /// <summary>Tests that start the app take turns: each has two processes busy, and some measure time.</summary>
    public const string Turns = nameof(DrivenApp);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly FunctionsHost _host;
    private readonly IReadOnlyDictionary<string, string?> _settings;

    private DrivenApp(FunctionsHost host, FunctionsWorker worker, IReadOnlyDictionary<string, string?> settings) =>
        (_host, Worker, _settings) = (host, worker, settings);

    public FunctionsWorker Worker { get; private set; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="connectionString">Its storage.</param>
    /// <param name="settings">More app settings, and such that replace those of <see cref="TrainingHost.Settings"/>.</param>
    public static async Task<DrivenApp> StartAsync(string connectionString, params (string Name, string Value)[] settings)
    {
        Dictionary<string, string?> all = TrainingHost.Settings(new TestStorage(connectionString))
            .ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);
        all["Classifier__Serving__PollInterval"] = "00:00:00.1";
        all["ReconcileSchedule"] = "0 */5 * * * *";
        foreach ((string name, string value) in settings)
        {
            all[name] = value;
        }

        FunctionsHost host = await FunctionsHost.StartAsync();
        try
        {
            return new DrivenApp(host, await host.StartWorkerAsync(FunctionsApp.Published, all, Cancellation), all);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>One more instance, with the same settings. The caller ends it.</summary>
    public Task<FunctionsWorker> StartAnotherAsync() => _host.StartWorkerAsync(FunctionsApp.Published, _settings, Cancellation);

    /// <summary>Ends the process as a crash does, and starts the next.</summary>
    public async Task ReplaceAsync()
    {
        await Worker.DisposeAsync();
        Worker = await StartAnotherAsync();
    }

    /// <param name="method">Such as GET.</param>
    /// <param name="path">Such as <c>/api/score</c>.</param>
    /// <param name="body">The content; none for null.</param>
    /// <param name="contentType">Its type.</param>
    /// <param name="ifMatch">The header of that name.</param>
    /// <param name="worker">The instance; the first one when left out.</param>
    public async Task<HttpAnswer> SendAsync(
        HttpMethod method, string path, byte[]? body = null, string? contentType = "image/jpeg", string? ifMatch = null,
        FunctionsWorker? worker = null)
    {
        using HttpRequestMessage request = new(method, path) { Content = body is null ? null : ServingHost.Content(body, contentType) };
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return await (worker ?? Worker).SendAsync(request, Cancellation);
    }

    public async Task<JsonElement> JsonAsync(HttpMethod method, string path, byte[]? body = null, int status = 200)
    {
        using HttpAnswer answer = await SendAsync(method, path, body);
        Assert.True(answer.Invocation.Succeeded, answer.Invocation.Error);
        return await ServingHost.JsonAsync(answer.Response, status);
    }

    /// <summary>The event of a blob, which must be handled.</summary>
    public async Task HandleAsync(string container, string name)
    {
        Invocation handled = await Worker.BlobAsync(container, name, Cancellation);
        Assert.True(handled.Succeeded, handled.Error);
    }

    /// <summary>A run of the timer, which must succeed.</summary>
    public async Task TimeAsync()
    {
        Invocation run = await Worker.TimerAsync(Cancellation);
        Assert.True(run.Succeeded, run.Error);
    }

    /// <summary>Asks again and again, for two minutes at most.</summary>
    public async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> enough, FunctionsWorker? worker = null)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Patience);
        while (true)
        {
            using HttpAnswer answer = await SendAsync(HttpMethod.Get, path, worker: worker);
            JsonElement json = JsonDocument.Parse(await answer.Response.Content.ReadAsStringAsync(Cancellation)).RootElement;
            if (enough(json))
            {
                return json;
            }

            Assert.False(limit.IsCancellationRequested, $"{path} still answers {json}; the app: {string.Join('\n', Worker.Logs)}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync();
        await _host.DisposeAsync();
    }
}
