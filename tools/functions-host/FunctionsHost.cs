using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.StandIn;

/// <summary>
/// Stands in for the Azure Functions host, whose package cannot be installed everywhere: starts a published isolated app as the host
/// does, loads its functions, and invokes them. It has no triggers of its own: who uses it says which event happened.
/// </summary>
public sealed class FunctionsHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly WorkerStreams _streams;
    private readonly Uri _address;

    private FunctionsHost(WebApplication app, WorkerStreams streams)
    {
        (_app, _streams) = (app, streams);
        _address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>Listens for workers on a free port of 127.0.0.1.</summary>
    public static async Task<FunctionsHost> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2)); // gRPC without TLS needs HTTP/2 alone
        WorkerStreams streams = new();
        builder.Services.AddSingleton(streams);
        builder.Services.AddGrpc(grpc => (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (null, null));
        WebApplication app = builder.Build();
        app.MapGrpcService<WorkerStreams>();
        await app.StartAsync();
        return new FunctionsHost(app, streams);
    }

    /// <summary>Starts an app and loads its functions.</summary>
    /// <param name="folder">The published app.</param>
    /// <param name="settings">Its app settings: environment variables of the worker.</param>
    /// <param name="cancellation">Gives up; the process is ended.</param>
    /// <exception cref="WorkerException">The app ends at its start, or a function cannot be loaded.</exception>
    public async Task<FunctionsWorker> StartWorkerAsync(
        string folder, IReadOnlyDictionary<string, string?> settings, CancellationToken cancellation)
    {
        FunctionsWorker worker = new(folder);
        _streams.Expect(worker);
        try
        {
            worker.Start(_address, settings);
            await worker.LoadAsync(cancellation);
            return worker;
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

/// <summary>The app did not do what the host needs of it.</summary>
public sealed class WorkerException(string message) : Exception(message);
