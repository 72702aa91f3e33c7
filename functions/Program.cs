using Azure.Storage.Blobs;
using ClockFunctions.Core.Hosting;
using ClockFunctions.Core.Storage;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

try
{
    FunctionsApplicationBuilder app = FunctionsApplication.CreateBuilder(args);
    app.ConfigureFunctionsWebApplication();
    IServiceCollection services = app.Services;
    services.AddClassifierCore(app.Configuration);
    services.AddAzureTelemetry(app.Configuration);
    // The Functions host bounds a request as a whole, and the endpoints each file in it.
    services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = null);
    // Asked for now, so that wrong settings end the start and not the first event.
    using IHost host = app.Build();
    host.Services.GetRequiredService<BlobServiceClient>();
    await host.RunAsync();
    return 0;
}
catch (Exception wrong) when (wrong is OptionsValidationException or StorageConfigurationException)
{
    // One line that says what to set; the host shows what the worker writes here.
    await Console.Error.WriteLineAsync(wrong.Message);
    return 1;
}
