using Azure.Storage.Blobs;
using ClockFunctions;
using ClockFunctions.Core.Hosting;
using ClockFunctions.Core.Storage;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

try
{
    FunctionsApplicationBuilder app = FunctionsApplication.CreateBuilder(args);
    app.UseMiddleware<SentAnswers>(); // the outermost, so that it sees every answer that was sent
    app.ConfigureFunctionsWebApplication();
    app.UseMiddleware<RunningInvocations>();
    IServiceCollection services = app.Services;
    services.AddClassifierCore(app.Configuration);
    services.AddAzureTelemetry(app.Configuration);
    services.AddHostedService<StorageSetup>();
    services.AddHostedService(provider => provider.GetRequiredService<RunningInvocations>());
    services.Configure<WorkerOptions>(worker => worker.InputConverters.RegisterAt<InvocationCancellation>(0));
    // What every request goes through is told by its trace; five lines each of it would drown the rest.
    app.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
    app.Logging.AddFilter("Azure", LogLevel.Warning);
    // The Functions host bounds a request as a whole, and the endpoints each file in it.
    services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = null);
    services.ConnectLast();
    // Resolved now, so that wrong settings stop the start, and not the first event.
    IHost host = app.Build();
    host.Services.GetRequiredService<BlobServiceClient>();
    await host.RunToEndAsync();
    return 0;
}
catch (Exception wrong) when (wrong is OptionsValidationException or StorageConfigurationException)
{
    // One line that says what to set; the host shows what the worker writes here.
    await Console.Error.WriteLineAsync(wrong.Message);
    return 1;
}
