using ClockFunctions.Fuzz;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Tools;

/// <summary>What fuzzing starts from and what it found stays fixed: each file goes to its target once.</summary>
public class FuzzTargetsTests
{
    public static TheoryData<string> Targets => [.. FuzzTargets.All.Keys];

    [Theory, MemberData(nameof(Targets))]
    public void EverySeedAndEveryFindingIsTakenOrRefused(string target)
    {
        string[] files = Directory.GetFiles(Path.Combine(SharedData.Root, "tools", "fuzz", "seeds", target));

        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            Assert.Null(Record.Exception(() => FuzzTargets.All[target](File.ReadAllBytes(file))));
        }
    }
}
