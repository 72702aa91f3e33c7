using System.Net;
using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;

namespace ClockFunctions.Core.Storage;

/// <summary>
/// Opens the storage account that the settings name, in the forms that the Functions host takes, so that one
/// set of settings serves the triggers and this code.
/// </summary>
/// <remarks>
/// <para>A connection string: <c>AzureWebJobsStorage</c>, for example <c>UseDevelopmentStorage=true</c>.</para>
/// <para>
/// Or an identity: <c>AzureWebJobsStorage__blobServiceUri</c> (or <c>__accountName</c>, in the public cloud) with, optionally,
/// <c>__credential</c> and <c>__clientId</c>. With <c>managedidentity</c> the managed identity is asked alone, which fails
/// at once and clearly where there is none; without a credential <see cref="DefaultAzureCredential"/> tries the
/// environment, the managed identity and a developer's sign-in. <c>__queueServiceUri</c> is the host's: accepted and not used here.
/// </para>
/// </remarks>
public static partial class StorageConnection
{
    public const string DefaultName = "AzureWebJobsStorage";

    private const string BlobServiceUri = "blobServiceUri";
    private const string AccountName = "accountName";
    private const string Credential = "credential";
    private const string ClientId = "clientId";

    /// <summary>A client of the account; nothing is sent yet.</summary>
    /// <param name="configuration">Where the settings are.</param>
    /// <param name="name">Name of the connection, as a trigger's <c>Connection</c> gives it.</param>
    /// <param name="clientOptions">Retries, transport and the like; the SDK's defaults when left out.</param>
    /// <exception cref="StorageConfigurationException">No account is named, two are, or a setting cannot be used.</exception>
    public static BlobServiceClient FromConfiguration(
        IConfiguration configuration, string name = DefaultName, BlobClientOptions? clientOptions = null)
    {
        IConfigurationSection section = configuration.GetSection(name);
        string? connectionString = NonEmpty(section.Value);
        Uri? endpoint = Endpoint(section);

        if (connectionString is not null && endpoint is not null)
        {
            throw new StorageConfigurationException(
                $"{name} is set to a connection string, and {name}__{(section[BlobServiceUri] is null ? AccountName : BlobServiceUri)} " +
                "names an account: keep one of them.");
        }

        return (connectionString, endpoint) switch
        {
            (not null, _) => FromConnectionString(name, connectionString, clientOptions),
            (_, not null) => new BlobServiceClient(endpoint, CredentialFor(section), clientOptions),
            _ => throw new StorageConfigurationException(
                $"No storage is configured: set {name} to a connection string (UseDevelopmentStorage=true for Azurite), or " +
                $"{name}__{BlobServiceUri} to an account's blob endpoint."),
        };
    }

    /// <summary>Who asks for the tokens when the account is named by its endpoint.</summary>
    internal static TokenCredential CredentialFor(IConfigurationSection section)
    {
        string? clientId = NonEmpty(section[ClientId]);
        if (clientId is not null && !Guid.TryParse(clientId, out _))
        {
            throw new StorageConfigurationException(
                $"{section.Key}__{ClientId} must be the client id (a GUID) of a user-assigned identity, not '{clientId}'.");
        }

        return NonEmpty(section[Credential])?.ToUpperInvariant() switch
        {
            null => new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = clientId }),
            "MANAGEDIDENTITY" => new BoundedCredential(new ManagedIdentityCredential(
                clientId is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(clientId))),
            _ => throw new StorageConfigurationException(
                $"{section.Key}__{Credential} must be managedidentity, or left out to try every sign-in there is, not " +
                $"'{section[Credential]}'."),
        };
    }

    private static BlobServiceClient FromConnectionString(string name, string connectionString, BlobClientOptions? clientOptions)
    {
        try
        {
            return new BlobServiceClient(connectionString, clientOptions);
        }
        // The SDK's complaint about the form; it does not repeat the value, which is a secret.
        catch (Exception invalid) when (invalid is FormatException or ArgumentException)
        {
            throw new StorageConfigurationException(
                $"{name} is not a storage connection string: {invalid.Message.ReplaceLineEndings(" ")}", invalid);
        }
    }

    private static Uri? Endpoint(IConfigurationSection section)
    {
        string? uri = NonEmpty(section[BlobServiceUri]);
        string? account = NonEmpty(section[AccountName]);
        return (uri, account) switch
        {
            (not null, _) => EndpointOf($"{section.Key}__{BlobServiceUri}", uri),
            (_, not null) when AccountNames().IsMatch(account) => new Uri($"https://{account}.blob.core.windows.net/"),
            (_, not null) => throw new StorageConfigurationException(
                $"{section.Key}__{AccountName} must be 3 to 24 lower-case letters and digits, not '{account}'."),
            _ => null,
        };
    }

    private static Uri EndpointOf(string setting, string value)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out Uri? uri) || uri.Scheme != Uri.UriSchemeHttps)
        {
            throw new StorageConfigurationException(
                $"{setting} must be an https address such as https://ACCOUNT.blob.core.windows.net/.");
        }

        if (uri.Query.Length > 0)
        {
            throw new StorageConfigurationException($"{setting} must be the address alone: a shared access signature is not used.");
        }

        // An emulator has the account in its path; the service has nothing there.
        int expectedSegments = uri.IsLoopback || IPAddress.TryParse(uri.Host, out _) ? 2 : 1;
        if (uri.Segments.Length > expectedSegments)
        {
            throw new StorageConfigurationException(
                $"{setting} must be the account's endpoint, without a container: {uri.GetLeftPart(UriPartial.Authority)}/.");
        }

        return uri;
    }

    private static string? NonEmpty(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    [GeneratedRegex("^[a-z0-9]{3,24}$")]
    private static partial Regex AccountNames();
}
