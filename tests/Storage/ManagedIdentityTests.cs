using System.Net;
using System.Net.Sockets;
using Azure.Core;
using Azure.Identity;
using ClockFunctions.Core.Storage;
using Microsoft.Extensions.Configuration;

namespace ClockFunctions.Tests.Storage;

/// <summary>
/// The identity endpoint of an Azure host is HTTP on the machine itself, announced in two environment variables:
/// these tests serve one and see what a credential made from settings asks it for.
/// </summary>
[Collection(nameof(ManagedIdentityTests))]
[CollectionDefinition(nameof(ManagedIdentityTests), DisableParallelization = true)]
public sealed class ManagedIdentityTests : IDisposable
{
    private readonly HttpListener _endpoint = new();

    public ManagedIdentityTests()
    {
        string address = $"http://127.0.0.1:{FreePort()}/token/";
        _endpoint.Prefixes.Add(address);
        _endpoint.Start();
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", address);
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", "header-of-this-host");
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("IDENTITY_ENDPOINT", null);
        Environment.SetEnvironmentVariable("IDENTITY_HEADER", null);
        _endpoint.Close();
    }

    [Theory]
    // Tokens are kept for the life of the process, so each case has an identity of its own.
    [InlineData("managedidentity", "5b1f0b43-6a70-4b1c-9c0e-3f3a2f1d6e55")]
    [InlineData("", "0a3c9bd2-1c6e-4f5e-8a56-9d4c1e7f2b10")]
    public async Task TheTokenIsAskedForTheIdentityOfTheSettings(string credential, string clientId)
    {
        HttpListenerRequest request = await TokenRequest(credential, clientId);

        Assert.Equal(clientId, request.QueryString["client_id"]);
        Assert.Equal("https://storage.azure.com", request.QueryString["resource"]);
        Assert.Equal("header-of-this-host", request.Headers["X-IDENTITY-HEADER"]);
    }

    [Fact]
    public async Task WithoutAClientIdTheIdentityOfTheHostIsAskedFor()
    {
        HttpListenerRequest request = await TokenRequest("managedidentity", clientId: "");

        Assert.Null(request.QueryString["client_id"]);
    }

    [Fact]
    public async Task WhereNoIdentityAnswersTheWaitIsBoundedAndSaysWhatToSet()
    {
        // The endpoint accepts the request and never answers it, as an address does that leads nowhere.
        BoundedCredential subject = new(new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned), TimeSpan.FromSeconds(1));
        long start = TimeProvider.System.GetTimestamp();

        CredentialUnavailableException failed = await Assert.ThrowsAsync<CredentialUnavailableException>(async () =>
            await subject.GetTokenAsync(
                new TokenRequestContext(["https://bounded.example/.default"]), TestContext.Current.CancellationToken));

        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(20));
        Assert.StartsWith("No managed identity answered within 1 s.", failed.Message, StringComparison.Ordinal);
        Assert.True(StorageFailure.Is(failed, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void TheManagedIdentityOfTheSettingsIsAskedForABoundedTime()
    {
        IConfiguration settings = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Photos:credential"] = "managedidentity" }).Build();

        Assert.IsType<BoundedCredential>(StorageConnection.CredentialFor(settings.GetSection("Photos")));
    }

    private async Task<HttpListenerRequest> TokenRequest(string credential, string clientId)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        IConfiguration settings = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Photos:credential"] = credential,
            ["Photos:clientId"] = clientId,
        }).Build();
        TokenCredential subject = StorageConnection.CredentialFor(settings.GetSection("Photos"));

        Task<AccessToken> token = subject.GetTokenAsync(new TokenRequestContext(["https://storage.azure.com/.default"]), stop).AsTask();
        HttpListenerContext context = await _endpoint.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(30), stop);
        context.Response.ContentType = "application/json";
        long expires = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds();
        context.Response.Close(System.Text.Encoding.UTF8.GetBytes(
            $$"""{"access_token":"a-token","expires_on":"{{expires}}","resource":"https://storage.azure.com","token_type":"Bearer"}"""),
            willBlock: true);

        Assert.Equal("a-token", (await token).Token);
        return context.Request;
    }

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
