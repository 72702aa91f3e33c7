using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ClockFunctions;

/// <summary>Runs the app to an orderly end.</summary>
internal static class HostLife
{
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
