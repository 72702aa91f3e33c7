using System.Data.Common;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using ClockFunctions.Core.Observability;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ClockFunctions;

/// <summary>
/// Sends the classifier's traces, metrics and logs to Application Insights, with the identity and by the two settings
/// that the host itself uses. Without them nothing is sent.
/// </summary>
internal static class AzureTelemetry
{
    private const string ConnectionString = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    // ClientId=…;Authorization=AAD
    private const string Authentication = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    public static IServiceCollection AddAzureTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        if (configuration[ConnectionString] is not { Length: > 0 } connectionString)
        {
            return services;
        }

        services.AddOpenTelemetry()
            .WithTracing(traces => traces.AddSource(Telemetry.Name))
            .WithMetrics(metrics => metrics.AddMeter(Telemetry.Name))
            .UseFunctionsWorkerDefaults()
            .UseAzureMonitorExporter(exporter =>
            {
                exporter.ConnectionString = connectionString;
                exporter.Credential = Credential(configuration[Authentication]);
            });
        return services;
    }

    private static ManagedIdentityCredential? Credential(string? authentication)
    {
        DbConnectionStringBuilder parts = new() { ConnectionString = authentication };
        return parts.TryGetValue("ClientId", out object? clientId)
            ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId((string)clientId))
            : null;
    }
}
