using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ClockFunctions.Tests.Support;

/// <summary>
/// A server on a loopback socket in front of a real storage account. It passes every request on, except that it answers
/// requests for the content of one blob with an error, as Azure does for a blob that is archived or forbidden.
/// </summary>
public sealed class RefusingStorage : IAsyncDisposable
{
    private static readonly string[] NotPassedOn = ["Host", "Transfer-Encoding", "Connection", "Content-Length"];

    private readonly WebApplication _app;
    private readonly HttpClient _client = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None });
    private int _refusals;

    private RefusingStorage(WebApplication app, TestStorage behind)
    {
        _app = app;
        Uri real = behind.Client.Uri;
        Storage = new TestStorage(
            behind.ConnectionString.Replace(real.GetLeftPart(UriPartial.Authority), app.Urls.Single(), StringComparison.Ordinal));
    }

    /// <summary>The same account, reached through this server.</summary>
    public TestStorage Storage { get; }

    /// <summary>What the content of the blob is answered with; null to pass the requests on again.</summary>
    public (string Path, int Status, string Code)? Refusal { get; set; }

    /// <summary>Requests that were answered with an error so far.</summary>
    public int Refusals => Volatile.Read(ref _refusals);

    public static async Task<RefusingStorage> StartAsync(TestStorage behind)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        RefusingStorage? server = null;
        Uri real = new(behind.Client.Uri.GetLeftPart(UriPartial.Authority));
        app.Run(context => server!.AnswerAsync(context, real));
        await app.StartAsync();
        return server = new RefusingStorage(app, behind);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task AnswerAsync(HttpContext context, Uri real)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget; // its encoding is part of the signature
        if (Refusal is { } refusal && context.Request.Method == HttpMethods.Get && target.EndsWith(refusal.Path, StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _refusals);
            context.Response.StatusCode = refusal.Status;
            context.Response.Headers["x-ms-error-code"] = refusal.Code;
            context.Response.ContentType = "application/xml";
            await context.Response.WriteAsync(
                $"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{refusal.Code}</Code><Message>Not now.</Message></Error>");
            return;
        }

        using HttpRequestMessage request = new(new HttpMethod(context.Request.Method), new Uri(real, target));
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        request.Content = new ByteArrayContent(body.ToArray());
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in context.Request.Headers.Where(
            header => !NotPassedOn.Contains(header.Key)))
        {
            _ = request.Headers.TryAddWithoutValidation(name, values.ToArray())
                || request.Content.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        using HttpResponseMessage response = await _client.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach ((string name, IEnumerable<string> values) in response.Headers.Concat(response.Content.Headers)
            .Where(header => header.Key != "Transfer-Encoding"))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        byte[] answer = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (answer.Length > 0)
        {
            await context.Response.Body.WriteAsync(answer);
        }
    }
}
