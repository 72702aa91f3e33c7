using ClockFunctions.Core.Hosting;
using ClockFunctions.Core.Serving.CustomVision;
using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Core.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace ClockFunctions.Cli.Hosting;

/// <summary>The HTTP API on this machine: what the Functions app is in Azure.</summary>
public static class LocalHost
{
    // Running requests finish within this; a training is cancelled and leaves what it has as it is.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    // Boundaries and headers of a form, beside its files.
    private const long FormOverhead = 1024 * 1024;

    // What Kestrel reads of a body before anybody asks for it. Whoever waits to be turned away holds no more.
    private const long ReadAhead = 128 * 1024;

    /// <param name="urls">Where to listen, such as <c>http://127.0.0.1:7071</c>; port 0 is a free one.</param>
    /// <param name="configuration">The settings.</param>
    /// <param name="jsonLogs">Whether logs, on standard error, are JSON lines for machines.</param>
    /// <param name="addServices">Adds what runs beside the API.</param>
    public static WebApplication Build(
        string urls, IConfiguration configuration, bool jsonLogs = false, Action<IServiceCollection>? addServices = null)
    {
        // The empty builder watches no file and registers nothing that this host does not use.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "clocks" });
        builder.Configuration.AddConfiguration(configuration);
        bool started = false;
        AddLogging(builder.Logging, configuration, jsonLogs, frameworkMayLog: () => started);
        builder.Services.AddRoutingCore();
        builder.Services.AddClassifierCore(configuration);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        addServices?.Invoke(builder.Services);
        builder.WebHost.UseKestrelCore().UseUrls(urls);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<ClassifierOptions>(LimitRequests);

        WebApplication app = builder.Build();
        app.Lifetime.ApplicationStarted.Register(() => started = true);
        CallerGuard guard = new(app.Services.GetRequiredService<ServingOptions>(), CallerGuard.NamesOf(urls));
        app.Use((context, next) => guard.Refusal(context) is { } refusal
            ? ClassifierEndpoints.RefuseAsync(context, refusal) : next(context));
        UnreadableRequests.AnswerFor(app);
        app.MapMethods("/", [HttpMethods.Get, HttpMethods.Head], LandingPage.ServeAsync);
        app.Services.GetRequiredService<ClassifierEndpoints>().Map(app);
        CustomVisionEndpoints customVision = app.Services.GetRequiredService<CustomVisionEndpoints>();
        // Some of their clients drop the path of an endpoint, so that theirs is the root.
        foreach (string route in (string[])[CustomVisionEndpoints.Route, $"{ClassifierRoutes.Prefix}/{CustomVisionEndpoints.Route}"])
        {
            app.MapMethods(route, CustomVisionEndpoints.Methods, async context =>
            {
                if (CallerGuard.IsLocal(context.Connection))
                {
                    TrustedCaller.Mark(context);
                }

                await (await customVision.AnswerAsync(context.Request, context.RequestAborted)).ExecuteAsync(context);
            });
        }

        return app;
    }

    private static void AddLogging(ILoggingBuilder logging, IConfiguration configuration, bool json, Func<bool> frameworkMayLog)
    {
        logging.AddConfiguration(configuration.GetSection("Logging"));
        // Why a host does not start is thrown to whoever started it, and must not be told a second time with its trace.
        logging.AddFilter("Microsoft", level => level >= LogLevel.Warning && frameworkMayLog());
        logging.AddFilter("Azure", LogLevel.Warning);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        _ = json
            ? logging.AddJsonConsole()
            : logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss "));
    }

    private static void LimitRequests(KestrelServerOptions kestrel, ClassifierOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBufferSize = ReadAhead;
        // Each file is limited while it is read; this bounds a form as a whole.
        kestrel.Limits.MaxRequestBodySize = ((long)options.Images.MaxBytes * options.Serving.MaxFiles) + FormOverhead;
    }
}
