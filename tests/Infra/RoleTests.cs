using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ClockFunctions.Tests.Infra;

public partial class RoleTests
{
    // Built-in roles by the ids that Azure documents.
    private static readonly Dictionary<string, string> Names = new()
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["ba92f5b4-2d11-453d-a403-e96b0029c9fe"] = "Storage Blob Data Contributor",
        ["974c5e8b-45b9-4653-ba55-5f855dd0fb88"] = "Storage Queue Data Contributor",
        ["8a0f0c08-91a1-4084-bc3d-661d67233fed"] = "Storage Queue Data Message Processor",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
    };

    private static readonly string[] Own =
    [
        "app: Monitoring Metrics Publisher on Microsoft.Insights/components",
        "app: Storage Blob Data Owner on Microsoft.Storage/storageAccounts",
        "app: Storage Queue Data Contributor on Microsoft.Storage/storageAccounts",
        "topic: Storage Blob Data Contributor on Microsoft.Storage/storageAccounts/blobServices/containers (dead-letter)",
    ];

    [Fact]
    public void TheAppAndTheTopicHaveTheRolesListedAndNoOther() => Assert.Equal(Own, Assignments(Deployment.Open));

    [Fact]
    public void AnOperatorUploadsAndReadsThePoisonQueueAndNothingElse() => Assert.Equal(
        [
            .. Own[..3],
            "operator: Storage Blob Data Contributor on Microsoft.Storage/storageAccounts",
            "operator: Storage Queue Data Message Processor on Microsoft.Storage/storageAccounts",
            Own[3],
        ],
        Assignments(Deployment.Closed));

    private static IEnumerable<string> Assignments(IReadOnlyList<JsonObject> resources) => Deployment
        .OfType(resources, "Microsoft.Authorization/roleAssignments")
        .Select(assignment =>
            $"{Who((string)assignment["properties"]!["principalId"]!)}: {Role(assignment)} on {Scope((string)assignment["id"]!)}")
        .Order(StringComparer.Ordinal);

    private static string Who(string principal) => principal switch
    {
        _ when principal.Contains("userAssignedIdentities/", StringComparison.Ordinal) => "app",
        _ when principal.Contains("systemTopics/", StringComparison.Ordinal) => "topic",
        "11111111-2222-3333-4444-555555555555" => "operator",
        _ => principal,
    };

    private static string Role(JsonObject assignment) => Names[((string)assignment["properties"]!["roleDefinitionId"]!).Split('/')[^1]];

    /// <summary>The type of what an assignment is on, and its name where that is less than a whole account.</summary>
    private static string Scope(string assignment)
    {
        string id = ScopeOf().Match(assignment).Groups[1].Value;
        string[] parts = id.Split('/');
        string type = string.Join('/', parts.Where((_, i) => i == 0 || i % 2 == 1));
        return parts.Length > 3 ? $"{type} ({parts[^1]})" : type;
    }

    // An assignment's id starts with its scope, be it evaluated or still an expression.
    [GeneratedRegex("/resourceGroups/[^/]+/providers/([^']+?)(?:'|/providers/Microsoft.Authorization/)")]
    private static partial Regex ScopeOf();
}
