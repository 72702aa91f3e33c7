using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Text.Json;
using ClockFunctions.Core;
using ClockFunctions.Core.Serving.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;

namespace ClockFunctions.Cli.Hosting;

/// <summary>
/// Gives the answers that Kestrel makes by itself a problem body: to what is no HTTP (400), to lines and headers that are too long (414,
/// 431) and to headers that do not come (408). No middleware sees those requests, as there is none to see.
/// </summary>
/// <remarks>
/// Kestrel tells of such a request by a diagnostic event, after it has set the status of its answer and before it sends it. An answer
/// that is begun then is left alone. Its body goes into the connection itself, because no request was made that could have one.
/// </remarks>
internal sealed class UnreadableRequests : IObserver<KeyValuePair<string, object?>>
{
    private const string Event = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private UnreadableRequests()
    {
    }

    /// <summary>Answers for a host, as long as it runs.</summary>
    public static void AnswerFor(WebApplication app)
    {
        DiagnosticListener kestrel = app.Services.GetRequiredService<DiagnosticListener>();
        IDisposable subscription = kestrel.Subscribe(new UnreadableRequests(), name => name == Event);
        app.Lifetime.ApplicationStopped.Register(subscription.Dispose);
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value is { Key: Event, Value: IFeatureCollection request }
            && request.Get<IBadRequestExceptionFeature>()?.Error is BadHttpRequestException unreadable
            && request.Get<IHttpResponseFeature>() is { HasStarted: false } response
            && request.Get<IHttpResponseBodyFeature>() is { } answer
            && request.Get<IHttp2StreamIdFeature>() is null // there, frames are written and not bytes
            && request.Get<IConnectionTransportFeature>() is { Transport: { } connection })
        {
            Begin(response, answer, connection.Output, Problems.Of(unreadable));
        }
    }

    public void OnCompleted()
    {
        // The host ends.
    }

    public void OnError(Exception error)
    {
        // A diagnostic listener has none.
    }

    private static void Begin(IHttpResponseFeature response, IHttpResponseBodyFeature answer, PipeWriter body, ProblemDetails problem)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(problem, Json.Compact);
        response.StatusCode = problem.Status!.Value;
        SecurityHeaders.Set(response.Headers);
        response.Headers.ContentType = Answers.ProblemType;
        response.Headers.ContentLength = json.Length;
        response.Headers.Connection = "close";
        // Nothing here waits: the headers and these few bytes go into a buffer, which Kestrel sends when it closes the connection.
        Task begun = answer.StartAsync();
        if (begun.IsCompletedSuccessfully)
        {
            body.Write(json);
        }
    }
}
