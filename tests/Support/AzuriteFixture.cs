using System.Text;
using Azure.Storage.Blobs;
using ClockFunctions.Cli.Azurite;
using ClockFunctions.Tests.Support;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]

namespace ClockFunctions.Tests.Support;

/// <summary>
/// One real Azurite for the test run, started by the first test that asks. Container names are a contract, so a
/// test does not get containers of its own but an account of its own, with no container in it.
/// </summary>
public sealed class AzuriteFixture : IAsyncDisposable
{
    /// <summary>Accounts exist from the start or not at all; more than there are tests that want one.</summary>
    private const int Accounts = 1000;

    private static readonly string Key = Convert.ToBase64String(Encoding.ASCII.GetBytes("tests only, and only on 127.0.0.1"));

    private readonly SemaphoreSlim _starting = new(1);
    private AzuriteProcess? _azurite;
    private int _used;

    /// <summary>An empty storage account.</summary>
    public async Task<TestStorage> NewStorageAsync()
    {
        await _starting.WaitAsync();
        try
        {
            _azurite ??= await AzuriteProcess.StartAsync(
                port: 0, folder: null, string.Join(';', Enumerable.Range(1, Accounts).Select(i => $"{Name(i)}:{Key}")),
                CancellationToken.None);
        }
        finally
        {
            _starting.Release();
        }

        string name = Name(Interlocked.Increment(ref _used));
        return new TestStorage($"DefaultEndpointsProtocol=http;AccountName={name};AccountKey={Key};BlobEndpoint={_azurite.Address}{name};");
    }

    public async ValueTask DisposeAsync()
    {
        if (_azurite is not null)
        {
            await _azurite.DisposeAsync();
        }

        _starting.Dispose();
    }

    private static string Name(int number) => $"test{number:000}";
}

/// <summary>A storage account that nobody else uses.</summary>
/// <param name="ConnectionString">For a process of its own.</param>
public sealed record TestStorage(string ConnectionString)
{
    public BlobServiceClient Client { get; } = new(ConnectionString);

    public BlobContainerClient this[string container] => Client.GetBlobContainerClient(container);
}
