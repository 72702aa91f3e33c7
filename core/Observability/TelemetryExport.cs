using ClockFunctions.Core.Settings;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ClockFunctions.Core.Observability;

/// <summary>Sends traces, metrics and logs where <see cref="TelemetryOptions"/> says. Nothing is loaded when it says nowhere.</summary>
internal static class TelemetryExport
{
    // Made by the framework itself: requests as spans, and their durations.
    private const string FrameworkActivities = "Microsoft.AspNetCore";
    private static readonly string[] Meters = [
        Telemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    public static IServiceCollection AddTelemetryExport(this IServiceCollection services, TelemetryOptions options) =>
        options.Exporter switch
        {
            "console" => Add(services, traces => traces.AddConsoleExporter(), metrics => metrics.AddConsoleExporter(), null),
            "otlp" => Add(
                services, traces => traces.AddOtlpExporter(), metrics => metrics.AddOtlpExporter(), logs => logs.AddOtlpExporter()),
            _ => services,
        };

    private static IServiceCollection Add(
        IServiceCollection services, Action<TracerProviderBuilder> traces, Action<MeterProviderBuilder> metrics,
        Action<LoggerProviderBuilder>? logs)
    {
        OpenTelemetryBuilder telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("clockfunctions"))
            .WithTracing(builder => traces(builder.AddSource(Telemetry.Name, FrameworkActivities)))
            .WithMetrics(builder => metrics(builder.AddMeter(Meters)));
        if (logs is not null)
        {
            telemetry.WithLogging(logs);
        }

        return services;
    }
}
