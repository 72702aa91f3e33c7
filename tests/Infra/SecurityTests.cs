using System.Text.Json.Nodes;

namespace ClockFunctions.Tests.Infra;

public class SecurityTests
{
    private const string Account = "Microsoft.Storage/storageAccounts";
    private const string Site = "Microsoft.Web/sites";

    [Fact]
    public void StorageTakesIdentitiesOverTls12AndNothingElse()
    {
        JsonNode account = Deployment.TheOne(Deployment.Open, Account)["properties"]!;

        Assert.False((bool)account["allowSharedKeyAccess"]!);
        Assert.False((bool)account["allowBlobPublicAccess"]!);
        Assert.False((bool)account["allowCrossTenantReplication"]!);
        Assert.True((bool)account["supportsHttpsTrafficOnly"]!);
        Assert.Equal("TLS1_2", (string?)account["minimumTlsVersion"]);
    }

    [Fact]
    public void NoContainerIsPublic() => Assert.All(
        Deployment.OfType(Deployment.Open, $"{Account}/blobServices/containers"),
        container => Assert.Equal("None", (string?)container["properties"]!["publicAccess"]));

    [Fact]
    public void TheAppTakesTls12AndNoDeploymentPassword()
    {
        JsonNode site = Deployment.TheOne(Deployment.Open, Site)["properties"]!;

        Assert.True((bool)site["httpsOnly"]!);
        Assert.Equal("1.2", (string?)site["siteConfig"]!["minTlsVersion"]);
        Assert.Equal("1.2", (string?)site["siteConfig"]!["scmMinTlsVersion"]);
        Assert.Equal("Disabled", (string?)site["siteConfig"]!["ftpsState"]);
        IReadOnlyList<JsonObject> policies = Deployment.OfType(Deployment.Open, $"{Site}/basicPublishingCredentialsPolicies");
        Assert.Equal(["ftp", "scm"], policies.Select(Deployment.LastName).Order());
        Assert.All(policies, policy => Assert.False((bool)policy["properties"]!["allow"]!));
    }

    [Fact]
    public void TheAppHasTheUserAssignedIdentityAlone()
    {
        JsonNode identity = Deployment.TheOne(Deployment.Open, Site)["identity"]!;

        Assert.Equal("UserAssigned", (string?)identity["type"]);
        Assert.Equal(
            (string?)Deployment.TheOne(Deployment.Open, "Microsoft.ManagedIdentity/userAssignedIdentities")["id"],
            Assert.Single(identity["userAssignedIdentities"]!.AsObject()).Key);
    }

    [Fact]
    public void TelemetryNeedsAnIdentity()
    {
        Assert.True((bool)Deployment.TheOne(Deployment.Open, "Microsoft.Insights/components")["properties"]!["DisableLocalAuth"]!);
        Assert.True(
            (bool)Deployment.TheOne(
                Deployment.Open, "Microsoft.OperationalInsights/workspaces")["properties"]!["features"]!["disableLocalAuth"]!);
    }

    [Fact]
    public void NoSettingHoldsAKey() => Assert.All(
        Deployment.TheOne(Deployment.Open, $"{Site}/config")["properties"]!.AsObject(),
        setting =>
        {
            Assert.DoesNotContain("AccountKey", (string?)setting.Value);
            Assert.DoesNotContain("listKeys", (string?)setting.Value);
        });

    [Fact]
    public void APrivateNetworkLetsInTheListedRangesAndTrustedServicesAlone()
    {
        JsonNode rules = Deployment.TheOne(Deployment.Closed, Account)["properties"]!["networkAcls"]!;

        Assert.Equal("Deny", (string?)rules["defaultAction"]);
        Assert.Equal("AzureServices", (string?)rules["bypass"]);
        Assert.Equal("203.0.113.0/24", (string?)Assert.Single(rules["ipRules"]!.AsArray())!["value"]);
    }

    [Fact]
    public void APrivateNetworkReachesBlobsAndQueues()
    {
        IEnumerable<string?> services = Deployment.OfType(Deployment.Closed, "Microsoft.Network/privateEndpoints")
            .Select(endpoint => (string?)endpoint["properties"]!["privateLinkServiceConnections"]![0]!["properties"]!["groupIds"]![0]);
        // The rest of a zone's name is the cloud's.
        IEnumerable<string> zones = Deployment.OfType(Deployment.Closed, "Microsoft.Network/privateDnsZones").Select(Deployment.LastName)
            .Select(name => name[..name.IndexOf(", environment()", StringComparison.Ordinal)]);
        JsonObject network = Deployment.TheOne(Deployment.Closed, "Microsoft.Network/virtualNetworks");
        string? subnet = (string?)Deployment.TheOne(Deployment.Closed, Site)["properties"]!["virtualNetworkSubnetId"];

        Assert.Equal(["blob", "queue"], services.Order());
        Assert.Equal(["[format('privatelink.{0}.{1}', 'blob'", "[format('privatelink.{0}.{1}', 'queue'"], zones.Order());
        Assert.Equal($"{network["id"]}/subnets/app", subnet);
        Assert.Equal(
            "Microsoft.App/environments",
            (string?)network["properties"]!["subnets"]![0]!["properties"]!["delegations"]![0]!["properties"]!["serviceName"]);
    }

    [Fact]
    public void WithoutAPrivateNetworkThereIsNone()
    {
        Assert.DoesNotContain(
            Deployment.Open, resource => ((string)resource["type"]!).StartsWith("Microsoft.Network/", StringComparison.Ordinal));
        Assert.Null(Deployment.TheOne(Deployment.Open, Site)["properties"]!["virtualNetworkSubnetId"]);
    }
}
