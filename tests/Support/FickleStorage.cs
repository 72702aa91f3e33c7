using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace ClockFunctions.Tests.Support;

/// <summary>
/// Stands on a socket between the service and a real Azurite: sees every request, and lets it through, spoils it or holds it back.
/// </summary>
public sealed class FickleStorage : IAsyncDisposable
{
    private static readonly string[] NotForwarded = ["Host", "Connection", "Transfer-Encoding", "Content-Length"];
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(0.5);

    private readonly WebApplication _proxy;
    private readonly HttpClient _azurite;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<string> _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Spoiling _spoiling = new(_ => StorageFault.None);

    private FickleStorage(TestStorage storage)
    {
        Uri account = storage.Client.Uri;
        _azurite = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(account.GetLeftPart(UriPartial.Authority)),
        };
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0")
            .ConfigureKestrel(kestrel => (kestrel.AddServerHeader, kestrel.Limits.MaxRequestBodySize) = (false, null));
        _proxy = builder.Build();
        _proxy.Run(AnswerAsync);
    }

    /// <summary>The same account, behind this.</summary>
    public TestStorage Storage { get; private set; } = null!;

    /// <summary>Every request so far: its method and address, and the lease action if there is one.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>The first request that got no answer (<see cref="StorageFault.Hang"/>): its method and path.</summary>
    public Task<string> Held => _held.Task;

    public static async Task<FickleStorage> StartAsync(TestStorage storage)
    {
        FickleStorage fickle = new(storage);
        await fickle._proxy.StartAsync();
        string own = fickle._proxy.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        string real = storage.Client.Uri.GetLeftPart(UriPartial.Authority);
        fickle.Storage = new TestStorage(storage.ConnectionString.Replace(real, own, StringComparison.Ordinal));
        return fickle;
    }

    /// <summary>From now on this decides what happens to a request. Connections that hang until now are cut.</summary>
    public void Spoil(Func<HttpRequest, StorageFault> rule)
    {
        Spoiling before = _spoiling;
        _spoiling = new Spoiling(rule);
        before.Over.Cancel();
    }

    /// <summary>From now on this happens to every request. Connections that hang until now are cut.</summary>
    public void Spoil(StorageFault fault) => Spoil(_ => fault);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _proxy.DisposeAsync();
        _azurite.Dispose();
        _stop.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        Requests.Enqueue($"{request.Method} {request.Path}{request.QueryString} {request.Headers["x-ms-lease-action"]}".TrimEnd());
        Spoiling spoiling = _spoiling;
        StorageFault fault = spoiling.Rule(request);
        try
        {
            if (fault == StorageFault.Hang)
            {
                _held.TrySetResult($"{request.Method} {request.Path}");
                await HangAsync(context, spoiling.Over.Token);
            }
            else if (ErrorOf(fault) is var (status, type, code, body))
            {
                await WriteAsync(context, status, type, code, body);
            }
            else
            {
                await PassAsync(context, fault, spoiling.Over.Token);
            }
        }
        catch (Exception gone) when (gone is HttpRequestException or IOException or OperationCanceledException)
        {
            context.Abort(); // one of the two ends has gone
        }
    }

    private async Task PassAsync(HttpContext context, StorageFault fault, CancellationToken over)
    {
        if (fault == StorageFault.Reset)
        {
            context.Abort();
            return;
        }

        if (fault == StorageFault.Late)
        {
            await Task.Delay(Lateness, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        using HttpResponseMessage answer = await ForwardAsync(context.Request);
        if (fault == StorageFault.LostAnswer)
        {
            context.Abort();
            return;
        }

        byte[] body = await answer.Content.ReadAsByteArrayAsync(_stop.Token);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach ((string name, IEnumerable<string> values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!NotForwarded.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        if (body.Length == 0 || context.Request.Method == HttpMethods.Head)
        {
            bool bodiless = answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified;
            context.Response.ContentLength = bodiless ? null : answer.Content.Headers.ContentLength;
            return;
        }

        context.Response.ContentLength = body.Length;
        bool cut = fault == StorageFault.CutInTheMiddle;
        await context.Response.Body.WriteAsync(cut ? body.AsMemory(0, body.Length / 2) : body, _stop.Token);
        if (cut)
        {
            await context.Response.Body.FlushAsync(_stop.Token);
            context.Abort();
        }
    }

    private async Task<HttpResponseMessage> ForwardAsync(HttpRequest request)
    {
        // As it came: the signature covers the path as the client wrote it.
        string target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using HttpRequestMessage forwarded = new(new HttpMethod(request.Method), new Uri(_azurite.BaseAddress!, target));
        using MemoryStream body = new();
        await request.Body.CopyToAsync(body, _stop.Token);
        if (request.ContentLength is not null)
        {
            forwarded.Content = new ByteArrayContent(body.ToArray());
        }

        foreach ((string name, StringValues values) in request.Headers)
        {
            if (!NotForwarded.Contains(name, StringComparer.OrdinalIgnoreCase)
                && !forwarded.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                forwarded.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        return await _azurite.SendAsync(forwarded, HttpCompletionOption.ResponseHeadersRead, _stop.Token);
    }

    private async Task HangAsync(HttpContext context, CancellationToken over)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, over, context.RequestAborted);
        await Task.Delay(Timeout.Infinite, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Abort();
    }

    /// <summary>The answer of a fault that asks the storage nothing; null for the others.</summary>
    private static (int Status, string Type, string? Code, string Body)? ErrorOf(StorageFault fault)
    {
        return fault switch
        {
            StorageFault.Error500 => Error(500, "InternalError"),
            StorageFault.Error503 => Error(503, "ServerBusy"),
            StorageFault.Unauthorised401 => Error(401, "NoAuthenticationInformation"),
            StorageFault.Forbidden403 => Error(403, "AuthorizationPermissionMismatch"),
            StorageFault.Archived409 => Error(409, "BlobArchived"),
            StorageFault.EmptyXml500 => (500, "application/xml", null, ""),
            StorageFault.Html502 => (502, "text/html", null, "<html><body>Bad gateway</body></html>"),
            _ => null,
        };

        static (int, string, string?, string) Error(int status, string code) =>
            (status, "application/xml", code, $"<Error><Code>{code}</Code><Message>Not now.</Message></Error>");
    }

    private static Task WriteAsync(HttpContext context, int status, string type, string? code, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        if (code is not null)
        {
            context.Response.Headers["x-ms-error-code"] = code;
        }

        return context.Response.WriteAsync(body);
    }

    private sealed record Spoiling(Func<HttpRequest, StorageFault> Rule)
    {
        public CancellationTokenSource Over { get; } = new();
    }
}
