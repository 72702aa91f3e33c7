using Azure.Identity;
using Azure.Storage.Blobs;
using ClockFunctions.Core.Storage;
using Microsoft.Extensions.Configuration;

namespace ClockFunctions.Tests.Storage;

public class StorageConnectionTests
{
    private const string Uri = "AzureWebJobsStorage__blobServiceUri";

    [Fact]
    public void AConnectionStringNamesTheAccount()
    {
        BlobServiceClient client = Open(("AzureWebJobsStorage", "UseDevelopmentStorage=true"));

        Assert.Equal("http://127.0.0.1:10000/devstoreaccount1", client.Uri.AbsoluteUri.TrimEnd('/'));
    }

    [Theory]
    [InlineData(Uri, "https://photos.blob.core.windows.net/")]
    [InlineData("AzureWebJobsStorage__accountName", "photos")]
    public void AnEndpointOrANameNamesTheAccount(string setting, string value)
    {
        BlobServiceClient client = Open(
            (setting, value), ("AzureWebJobsStorage__queueServiceUri", "https://photos.queue.core.windows.net/"));

        Assert.Equal("https://photos.blob.core.windows.net/", client.Uri.AbsoluteUri);
    }

    [Fact]
    public void AnotherConnectionCanBeNamed()
    {
        BlobServiceClient client = StorageConnection.FromConfiguration(Settings(("Photos__accountName", "other")), "Photos");

        Assert.Equal("other", client.AccountName);
    }

    [Fact]
    public void EnvironmentVariablesAreReadInTheFormOfTheFunctionsHost()
    {
        const string variable = "StorageConnectionTests__blobServiceUri";
        Environment.SetEnvironmentVariable(variable, "https://photos.blob.core.windows.net/");
        try
        {
            IConfiguration configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();

            Assert.Equal("photos", StorageConnection.FromConfiguration(configuration, "StorageConnectionTests").AccountName);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }

    [Fact]
    public void WithoutACredentialEverySignInIsTried() =>
        Assert.IsType<DefaultAzureCredential>(StorageConnection.CredentialFor(Section((Uri, "https://photos.blob.core.windows.net/"))));

    [Theory]
    [InlineData("managedidentity")]
    [InlineData("ManagedIdentity")]
    public void AManagedIdentityIsAskedAlone(string credential) =>
        Assert.IsType<BoundedCredential>(StorageConnection.CredentialFor(Section(("AzureWebJobsStorage__credential", credential))));

    [Fact]
    public void MissingStorageSaysWhatToSet() => Refuses(
        "No storage is configured: set AzureWebJobsStorage to a connection string (UseDevelopmentStorage=true for Azurite), or " +
        "AzureWebJobsStorage__blobServiceUri to an account's blob endpoint.");

    [Fact]
    public void AnEmptySettingIsNone() => Refuses(
        "No storage is configured: set AzureWebJobsStorage to a connection string (UseDevelopmentStorage=true for Azurite), or " +
        "AzureWebJobsStorage__blobServiceUri to an account's blob endpoint.",
        ("AzureWebJobsStorage", " "), (Uri, ""));

    [Fact]
    public void AQueueEndpointAloneIsNoStorage() => Refuses(
        "No storage is configured: set AzureWebJobsStorage to a connection string (UseDevelopmentStorage=true for Azurite), or " +
        "AzureWebJobsStorage__blobServiceUri to an account's blob endpoint.",
        ("AzureWebJobsStorage__queueServiceUri", "https://photos.queue.core.windows.net/"));

    [Fact]
    public void TwoAccountsAreRefused() => Refuses(
        "AzureWebJobsStorage is set to a connection string, and AzureWebJobsStorage__blobServiceUri names an account: keep one of them.",
        ("AzureWebJobsStorage", "UseDevelopmentStorage=true"), (Uri, "https://photos.blob.core.windows.net/"));

    [Theory]
    [InlineData("photos.blob.core.windows.net")]
    [InlineData("http://photos.blob.core.windows.net/")]
    [InlineData("https//photos")]
    public void AnEndpointIsAnHttpsAddress(string uri) => Refuses(
        "AzureWebJobsStorage__blobServiceUri must be an https address such as https://ACCOUNT.blob.core.windows.net/.", (Uri, uri));

    [Fact]
    public void ASignatureInTheEndpointIsRefusedAndNotRepeated() => Refuses(
        "AzureWebJobsStorage__blobServiceUri must be the address alone: a shared access signature is not used.",
        (Uri, "https://photos.blob.core.windows.net/?sv=2026&sig=secret"));

    [Fact]
    public void AContainerInTheEndpointIsRefused() => Refuses(
        "AzureWebJobsStorage__blobServiceUri must be the account's endpoint, without a container: https://photos.blob.core.windows.net/.",
        (Uri, "https://photos.blob.core.windows.net/training"));

    [Fact]
    public void AnEmulatorsEndpointHoldsTheAccount() =>
        Assert.Equal("devstoreaccount1", Open((Uri, "https://127.0.0.1:10000/devstoreaccount1")).AccountName);

    [Fact]
    public void ABadAccountNameIsNamed() => Refuses(
        "AzureWebJobsStorage__accountName must be 3 to 24 lower-case letters and digits, not 'My_Photos'.",
        ("AzureWebJobsStorage__accountName", "My_Photos"));

    [Fact]
    public void AnUnknownCredentialIsNamed() => Refuses(
        "AzureWebJobsStorage__credential must be managedidentity, or left out to try every sign-in there is, not 'password'.",
        (Uri, "https://photos.blob.core.windows.net/"), ("AzureWebJobsStorage__credential", "password"));

    [Fact]
    public void AClientIdIsAGuid() => Refuses(
        "AzureWebJobsStorage__clientId must be the client id (a GUID) of a user-assigned identity, not 'id-photos'.",
        (Uri, "https://photos.blob.core.windows.net/"), ("AzureWebJobsStorage__credential", "managedidentity"),
            ("AzureWebJobsStorage__clientId", "id-photos"));

    [Theory]
    [InlineData("AccountKey=c2VjcmV0")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=photos;AccountKey=not-base64-secret")]
    [InlineData("just some text with a secret")]
    public void AMalformedConnectionStringIsRefusedInOneLineWithoutRepeatingIt(string connectionString)
    {
        StorageConfigurationException refusal = Assert.Throws<StorageConfigurationException>(
            () => Open(("AzureWebJobsStorage", connectionString)));

        Assert.StartsWith("AzureWebJobsStorage is not a storage connection string: ", refusal.Message);
        Assert.DoesNotContain("secret", refusal.Message);
        Assert.DoesNotContain("c2VjcmV0", refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    private static BlobServiceClient Open(params (string Setting, string Value)[] settings) =>
        StorageConnection.FromConfiguration(Settings(settings));

    private static void Refuses(string message, params (string Setting, string Value)[] settings) =>
        Assert.Equal(message, Assert.Throws<StorageConfigurationException>(() => Open(settings)).Message);

    private static IConfigurationSection Section(params (string Setting, string Value)[] settings) =>
        Settings(settings).GetSection(StorageConnection.DefaultName);

    private static IConfiguration Settings(params (string Setting, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Setting.Replace("__", ":"), (string?)s.Value)))
        .Build();
}
