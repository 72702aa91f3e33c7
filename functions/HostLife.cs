using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ClockFunctions;

/// <summary>Runs the app to an orderly end.</summary>
internal static class HostLife
{
    /// <summary>
    /// Lets the worker connect to its host after everything else has begun: the backbone is loaded meanwhile, and the port for HTTP
    /// requests is open when the host sends the first, which it tries for two seconds only.
    /// </summary>
    public static void ConnectLast(this IServiceCollection services)
    {
        ServiceDescriptor worker = services.Single(service =>
            service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Assembly == typeof(FunctionContext).Assembly);
        services.Remove(worker);
        services.Add(worker);
    }

    /// <summary>
    /// Like <see cref="HostingAbstractionsHostExtensions.RunAsync"/>, but for one moment: an app that is told to end while it is still
    /// starting stops what it had started too, rather than ending with an exception.
    /// </summary>
    public static async Task RunToEndAsync(this IHost host)
    {
        await using IAsyncDisposable end = (IAsyncDisposable)host;
        CancellationToken stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await host.StartAsync();
            await host.WaitForShutdownAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await host.StopAsync();
        }
    }
}
