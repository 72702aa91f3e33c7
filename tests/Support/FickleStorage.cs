using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ClockFunctions.Tests.Support;

/// <summary>Stands on a socket between the service and a real Azurite, and lets each request through or spoils it.</summary>
public sealed class FickleStorage : IAsyncDisposable
{
    private static readonly string[] NotForwarded = ["Host", "Connection", "Transfer-Encoding", "Content-Length"];

    private readonly WebApplication _proxy;
    private readonly HttpClient _azurite;
    private readonly CancellationTokenSource _stop = new();
    private volatile Func<HttpRequest, StorageFault> _rule = _ => StorageFault.None;

    private FickleStorage(TestStorage storage)
    {
        Uri account = storage.Client.Uri;
        _azurite = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(account.GetLeftPart(UriPartial.Authority)),
        };
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        _proxy = builder.Build();
        _proxy.Run(AnswerAsync);
    }

    /// <summary>The same account, behind this.</summary>
    public TestStorage Storage { get; private set; } = null!;

    /// <summary>Every request so far: its method and address, and the lease action if there is one.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public static async Task<FickleStorage> StartAsync(TestStorage storage)
    {
        FickleStorage fickle = new(storage);
        await fickle._proxy.StartAsync();
        string own = fickle._proxy.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        string real = storage.Client.Uri.GetLeftPart(UriPartial.Authority);
        fickle.Storage = new TestStorage(storage.ConnectionString.Replace(real, own, StringComparison.Ordinal));
        return fickle;
    }

    /// <summary>From now on this decides what happens to a request.</summary>
    public void Spoil(Func<HttpRequest, StorageFault> rule) => _rule = rule;

    /// <summary>From now on this happens to every request.</summary>
    public void Spoil(StorageFault fault) => _rule = _ => fault;

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
        StorageFault fault = _rule(request);
        switch (fault)
        {
            case StorageFault.Error503:
                await WriteAsync(context, 503, "application/xml", "<Error><Code>ServerBusy</Code><Message>Busy.</Message></Error>");
                return;
            case StorageFault.EmptyXml500:
                await WriteAsync(context, 500, "application/xml", "");
                return;
            case StorageFault.Html502:
                await WriteAsync(context, 502, "text/html", "<html><body>Bad gateway</body></html>");
                return;
            case StorageFault.Unauthorised401:
                await WriteErrorAsync(context, 401, "NoAuthenticationInformation");
                return;
            case StorageFault.Forbidden403:
                await WriteErrorAsync(context, 403, "AuthorizationPermissionMismatch");
                return;
            case StorageFault.Archived409:
                await WriteErrorAsync(context, 409, "BlobArchived");
                return;
            case StorageFault.Reset:
                context.Abort();
                return;
            case StorageFault.Hang:
                await HangAsync(context);
                return;
        }

        using HttpResponseMessage answer = await ForwardAsync(request);
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

        if (body.Length == 0 || request.Method == HttpMethods.Head)
        {
            context.Response.ContentLength = answer.Content.Headers.ContentLength;
            return;
        }

        context.Response.ContentLength = body.Length;
        if (fault == StorageFault.CutInTheMiddle)
        {
            await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), _stop.Token);
            await context.Response.Body.FlushAsync(_stop.Token);
            context.Abort();
            return;
        }

        await context.Response.Body.WriteAsync(body, _stop.Token);
    }

    private async Task<HttpResponseMessage> ForwardAsync(HttpRequest request)
    {
        // As it came: the signature covers the path as the client wrote it.
        string target = request.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        using HttpRequestMessage forwarded = new(new HttpMethod(request.Method), new Uri(_azurite.BaseAddress!, target));
        using MemoryStream body = new();
        await request.Body.CopyToAsync(body, _stop.Token);
        if (request.ContentLength is not null)
        {
            forwarded.Content = new ByteArrayContent(body.ToArray());
        }

        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in request.Headers)
        {
            if (!NotForwarded.Contains(name, StringComparer.OrdinalIgnoreCase)
                && !forwarded.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                forwarded.Content?.Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        return await _azurite.SendAsync(forwarded, HttpCompletionOption.ResponseHeadersRead, _stop.Token);
    }

    private async Task HangAsync(HttpContext context)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, context.RequestAborted);
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = end.Token.Register(() => ended.TrySetResult());
        await ended.Task;
        context.Abort();
    }

    private static Task WriteErrorAsync(HttpContext context, int status, string code)
    {
        context.Response.Headers["x-ms-error-code"] = code;
        return WriteAsync(context, status, "application/xml", $"<Error><Code>{code}</Code><Message>Not now.</Message></Error>");
    }

    private static async Task WriteAsync(HttpContext context, int status, string type, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(body);
    }
}

/// <summary>What happens to a request for the storage.</summary>
public enum StorageFault
{
    /// <summary>The real answer.</summary>
    None,

    /// <summary>Too busy, in the service's own form.</summary>
    Error503,

    /// <summary>An error that says it is XML and has no body: Azurite sends these.</summary>
    EmptyXml500,

    /// <summary>A proxy's error page.</summary>
    Html502,

    /// <summary>The caller is not known.</summary>
    Unauthorised401,

    /// <summary>The caller may not have this blob.</summary>
    Forbidden403,

    /// <summary>The blob is in the archive tier.</summary>
    Archived409,

    /// <summary>The connection ends without an answer.</summary>
    Reset,

    /// <summary>Half of the real answer, and then the connection ends.</summary>
    CutInTheMiddle,

    /// <summary>The storage does what is asked, and its answer is lost.</summary>
    LostAnswer,

    /// <summary>No answer, and the connection stays open.</summary>
    Hang,
}
