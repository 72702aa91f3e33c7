using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Tests.Support;

/// <summary>Stands between a process and a real storage: sees every request, and may hold one back for as long as a test lives.</summary>
internal sealed class StorageProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly Uri _storage;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly TaskCompletionSource<string> _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<string, bool> _hold;

    private StorageProxy(WebApplication app, Uri storage, Func<string, bool> hold)
    {
        (_app, _storage, _hold) = (app, storage, hold);
        app.Run(ForwardAsync);
    }

    /// <summary>What was asked so far, as method and path: <c>PUT /account/models/training.state</c>.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>The first request that was held back.</summary>
    public Task<string> Held => _held.Task;

    /// <summary>The storage's connection string, by way of this.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <param name="storage">The real one.</param>
    /// <param name="hold">Which requests get no answer, by method and path; none when left out.</param>
    public static async Task<StorageProxy> StartAsync(TestStorage storage, Func<string, bool>? hold = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => (kestrel.Limits.MaxRequestBodySize, _) = (null, kestrel.AddServerHeader = false));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        Uri real = new(storage.Client.Uri.GetLeftPart(UriPartial.Authority));
        StorageProxy proxy = new(builder.Build(), real, hold ?? (_ => false));
        await proxy._app.StartAsync();
        proxy.ConnectionString = storage.ConnectionString.Replace(
            real.AbsoluteUri, new Uri(proxy._app.Urls.Single()).AbsoluteUri, StringComparison.Ordinal);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _app.DisposeAsync();
        _client.Dispose();
        _end.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        string what = $"{request.Method} {request.Path}";
        _requests.Enqueue(what);
        if (_hold(what))
        {
            _held.TrySetResult(what);
            using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _end.Token);
            await Task.Delay(Timeout.Infinite, gone.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.Abort();
            return;
        }

        try
        {
            await PassAsync(context, context.RequestAborted);
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or OperationCanceledException)
        {
            context.Abort(); // one of the two ends has gone
        }
    }

    private async Task PassAsync(HttpContext context, CancellationToken cancellation)
    {
        // As it was sent, or the signature over it does not hold.
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using HttpRequestMessage passed = new(new HttpMethod(context.Request.Method), new Uri(_storage, target))
        {
            Content = context.Request.ContentLength is null ? null : new StreamContent(context.Request.Body),
        };
        foreach ((string name, var values) in context.Request.Headers)
        {
            if (name != "Host" && !passed.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                passed.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        using HttpResponseMessage answer = await _client.SendAsync(passed, HttpCompletionOption.ResponseHeadersRead, cancellation);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach ((string name, IEnumerable<string> values) in answer.Headers.Concat(answer.Content.Headers))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        context.Response.Headers.Remove("Transfer-Encoding"); // this connection has its own
        if (context.Request.Method != HttpMethods.Head && answer.StatusCode is not (HttpStatusCode.NotModified or HttpStatusCode.NoContent))
        {
            await answer.Content.CopyToAsync(context.Response.Body, cancellation);
        }
    }
}
