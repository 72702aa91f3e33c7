using System.Text.Json.Nodes;

namespace ClockFunctions.Tests.Infra;

public class TemplateTests
{
    // Linting or building a template does the same to every module that it uses.
    [Theory]
    [InlineData("main.bicep")]
    [InlineData("main.bicepparam")]
    [InlineData("events.bicep")]
    public void EveryTemplateIsCleanToTheLinter(string template) => Assert.Equal((0, ""), Bicep.Lint(template));

    [Fact]
    public void EveryModuleIsUsed()
    {
        string main = File.ReadAllText(Path.Combine(Bicep.Folder, "main.bicep"));

        Assert.All(
            Directory.EnumerateFiles(Path.Combine(Bicep.Folder, "modules")),
            module => Assert.Contains($"'modules/{Path.GetFileName(module)}'", main));
    }

    [Theory]
    [InlineData("main.bicep", 9)]
    [InlineData("events.bicep", 1)]
    public void EveryTemplateParameterAndOutputSaysWhatItIs(string file, int templates)
    {
        List<JsonObject> all = [.. WithModules(Bicep.Build(file))];

        Assert.Equal(templates, all.Count);
        Assert.All(all, template => Assert.All(
            [.. Members(template, "parameters"), .. Members(template, "outputs"), KeyValuePair.Create("the template", (JsonNode?)template)],
            member => Assert.False(string.IsNullOrWhiteSpace((string?)member.Value!["metadata"]?["description"]), member.Key)));
    }

    [Theory]
    [InlineData("instanceMemoryMB", "2048,4096")]
    [InlineData("storageSku", "Standard_LRS,Standard_ZRS,Standard_GRS,Standard_GZRS")]
    [InlineData("logRetentionDays", "30,60,90,120,180,365,730")]
    [InlineData("operatorPrincipalType", "User,Group,ServicePrincipal")]
    public void AClosedChoiceIsRefusedBeforeAnythingIsDeployed(string parameter, string allowed) => Assert.Equal(
        allowed, string.Join(",", Bicep.Build("main.bicep")["parameters"]![parameter]!["allowedValues"]!.AsArray()));

    [Fact]
    public void EveryResourceThatTakesTagsHasThem()
    {
        // Only these types of the deployment take none: children of another resource, and assignments.
        IEnumerable<JsonObject> tagged = Deployment.Closed.Where(resource =>
            ((string)resource["type"]!).Count(c => c == '/') == 1
            && (string?)resource["type"] is not ("Microsoft.Authorization/roleAssignments" or "Microsoft.Insights/diagnosticSettings"));

        Assert.All(tagged, resource =>
        {
            Assert.Equal("test", (string?)resource["tags"]?["azd-env-name"]);
            Assert.Equal("ClockFunctions", (string?)resource["tags"]?["application"]);
            Assert.Equal("photos", (string?)resource["tags"]?["team"]);
        });
    }

    private static IEnumerable<JsonObject> WithModules(JsonObject template) =>
        [template, .. template["resources"]!.AsArray()
            .Where(resource => (string?)resource!["type"] == "Microsoft.Resources/deployments")
            .SelectMany(resource => WithModules(resource!["properties"]!["template"]!.AsObject()))];

    private static JsonObject Members(JsonObject template, string name) => template[name]?.AsObject() ?? [];
}
