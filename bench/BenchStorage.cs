using System.Text;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Bench;

/// <summary>An Azurite of the benchmark's own on a free loopback port, empty at first; whatever listens on the usual port is left alone.</summary>
public sealed class BenchStorage : IAsyncDisposable
{
    private const string Account = "bench";
    private static readonly string Key = Convert.ToBase64String(Encoding.ASCII.GetBytes("benchmarks on 127.0.0.1 alone"));

    private readonly AzuriteProcess _azurite;

    private BenchStorage(AzuriteProcess azurite) => _azurite = azurite;

    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint={_azurite.Address}{Account};";

    /// <param name="folder">Where the blobs are kept; null keeps them in memory.</param>
    public static async Task<BenchStorage> StartAsync(string? folder = null) =>
        new(await AzuriteProcess.StartAsync(port: 0, folder, $"{Account}:{Key}", CancellationToken.None));

    public ValueTask DisposeAsync() => _azurite.DisposeAsync();
}
