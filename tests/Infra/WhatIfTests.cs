using System.Diagnostics;
using System.Text.Json.Nodes;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Infra;

/// <summary>What this commit's templates would change of a deployment of the previous one's. CI prints it, for whoever reviews.</summary>
public sealed class WhatIfTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("what-if-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WhatComesGoesAndChangesIsARowEach()
    {
        JsonObject[] before = [Resource("plan", ("sku", "FC1")), Resource("old"), Resource("app", ("memory", "2048"), ("zones", "no"))];
        JsonObject[] after =
            [Resource("plan", ("sku", "FC1")), Resource("new"), Resource("app", ("memory", "4096"), ("strategy", "rolling"))];

        string table = WhatIf.Table("some", WhatIf.Compare(before, after));

        Assert.Equal(
            """
            some: 
            | change | resource | values |
            | --- | --- | --- |
            | changed | kind app | `memory`: "2048" → "4096"<br>`strategy`: none → "rolling"<br>`zones`: "no" → none |
            | added | kind new |  |
            | removed | kind old |  |

            """, table);
        Assert.Equal("some: no resource is added, removed or changed\n", WhatIf.Table("some", WhatIf.Compare(after, after)));
    }

    [Fact]
    public void TheChangesSinceThePreviousCommitAreWrittenDown()
    {
        string told = Path.Combine(SharedData.Root, "artifacts", "infra-changes.md");
        Directory.CreateDirectory(Path.GetDirectoryName(told)!);
        if (!TryReadPrevious())
        {
            File.WriteAllText(told, "infra: there is no previous commit to compare with\n");
            Assert.Skip("there is no previous commit here");
        }

        string previous = Path.Combine(_folder, "infra");
        IReadOnlyList<WhatIfRow> main = WhatIf.Compare(Deployment.OfMain(previous), Deployment.OfMain(Bicep.Folder));
        IReadOnlyList<WhatIfRow> events = WhatIf.Compare(Deployment.OfEvents(previous), Deployment.OfEvents(Bicep.Folder));
        File.WriteAllText(
            told, WhatIf.Table("infra/main.bicep against the previous commit", main)
                + WhatIf.Table("infra/events.bicep against the previous commit", events));

        Assert.StartsWith("infra/main.bicep against the previous commit: ", File.ReadAllText(told), StringComparison.Ordinal);
    }

    /// <summary>Takes the previous commit's templates out of git; false where there is none, as in a clone of one commit.</summary>
    private bool TryReadPrevious()
    {
        string archive = Path.Combine(_folder, "infra.tar");
        if (!Succeeds("git", "-C", SharedData.Root, "archive", "--output", archive, "HEAD~1", "infra"))
        {
            return false;
        }

        System.Formats.Tar.TarFile.ExtractToDirectory(archive, _folder, overwriteFiles: false);
        return true;
    }

    private static bool Succeeds(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static JsonObject Resource(string name, params (string Name, string Value)[] values)
    {
        JsonObject resource = new() { ["type"] = "kind", ["name"] = name };
        foreach ((string value, string text) in values)
        {
            resource[value] = text;
        }

        return resource;
    }
}
