using ClockFunctions.Core.Hosting;
using ClockFunctions.Core.Settings;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Infra;

public class OperationsTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(SharedData.Root, "docs", "operations.md"));

    [Fact]
    public void OperatorsReadHowOftenTheCodeTriesAgain() =>
        Assert.Contains($"| a request to storage | the storage SDK, in the app | {ClassifierServices.StorageRetries} times,", Page);

    [Fact]
    public void OperatorsReadHowManyVersionsTheCodeKeeps() =>
        Assert.Contains($"`Classifier__Training__KeepVersions` ({new TrainingOptions().KeepVersions})", Page);
}
