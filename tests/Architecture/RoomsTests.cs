using System.Text.RegularExpressions;
using ClockFunctions.Core.Hosting;
using ClockFunctions.Tests.Support;
using NetArchTest.Rules;

namespace ClockFunctions.Tests.Architecture;

/// <summary>
/// The rooms of core, in the order in which they may be understood: each imports only those above it. This is the list;
/// README's "How it works" repeats it.
/// </summary>
public sealed partial class RoomsTests
{
    private const string Root = "ClockFunctions.Core";

    private static readonly string[] Rooms =
    [
        "Imaging", "Metrics", "Backbones", "Heads", "Datasets", "Settings", "Observability", "Storage", "Reports",
        "Training", "Serving", "Serving.Http", "Serving.Inbox", "Serving.CustomVision", "Hosting",
    ];

    public static TheoryData<string> EveryRoom => [.. Rooms];

    [Theory]
    [MemberData(nameof(EveryRoom))]
    public void ARoomImportsOnlyRoomsAboveIt(string room)
    {
        string[] below = [.. Rooms[(Array.IndexOf(Rooms, room) + 1)..].Select(name => $"{Root}.{name}")];
        if (below.Length == 0)
        {
            return;
        }

        string[] offenders = [.. TypesOf(room).ShouldNot().HaveDependencyOnAny(below).GetResult().FailingTypeNames ?? []];

        Assert.Empty(offenders);
    }

    [Fact]
    public void EveryTypeStandsInARoom()
    {
        // At the root stands what every room may use.
        string[] atRoot = ["ClockFunctions.Core.Json"];
        IEnumerable<string> homeless = typeof(ClassifierServices).Assembly.GetTypes()
            .Where(type => type.Namespace?.StartsWith(Root, StringComparison.Ordinal) == true && !type.IsNested)
            .Where(type => !Rooms.Any(room => InRoom(room, type.Namespace!)))
            .Select(type => type.FullName!);

        Assert.Equal(atRoot, homeless);
    }

    [Fact]
    public void NamespacesFollowFolders()
    {
        string core = Path.Combine(SharedData.Root, "core");
        IEnumerable<string> strangers = Directory.EnumerateFiles(core, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(core, file).StartsWith("obj", StringComparison.Ordinal))
            .Where(file => Namespace().Match(File.ReadAllText(file)).Groups[1].Value != NamespaceOf(core, file));

        Assert.Empty(strangers);
    }

    [Fact]
    public void TheReadmeGivesTheSameList()
    {
        string readme = File.ReadAllText(Path.Combine(SharedData.Root, "README.md"));
        int[] places = [
            .. Rooms.Where(room => !room.Contains('.')).Select(room => readme.IndexOf($"| `core/{room}` |", StringComparison.Ordinal))];

        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    private static PredicateList TypesOf(string room) => Types.InAssembly(typeof(ClassifierServices).Assembly)
        .That().ResideInNamespaceMatching(room == "Serving" ? $"^{Root}.Serving$" : $@"^{Root}.{room}(\..*)?$");

    private static bool InRoom(string room, string name) =>
        name == $"{Root}.{room}" || name.StartsWith($"{Root}.{room}.", StringComparison.Ordinal);

    private static string NamespaceOf(string core, string file) =>
        string.Join(
            '.', [Root, .. Path.GetDirectoryName(Path.GetRelativePath(core, file))!.Split('/', StringSplitOptions.RemoveEmptyEntries)]);

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
