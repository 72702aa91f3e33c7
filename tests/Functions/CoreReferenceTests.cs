namespace ClockFunctions.Tests.Functions;

/// <summary>The Functions app is not built where its packages cannot be had; this holds its use of core all the same.</summary>
public class CoreReferenceTests
{
    [Theory]
    [InlineData(FunctionSources.EventGrid)]
    [InlineData(null)]
    public void TheAppUsesOfCoreOnlyWhatThereIs(string? symbol) =>
        Assert.Equal([], FunctionSources.Errors(FunctionSources.Compile(symbol)));

    [Theory]
    [InlineData("endpoints.ScoreAsync(request, cancellation)", "endpoints.GradeAsync(request, cancellation)", "GradeAsync")]
    [InlineData("endpoints.ScoreAsync(request, cancellation)", "endpoints.ScoreAsync(cancellation)", "CS7036")]
    [InlineData("endpoints.ScoreAsync(request, cancellation)", "endpoints.ScoreAsync(cancellation, request)", "CS1503")]
    [InlineData("ClassifierEndpoints endpoints", "ClassifierEndpoint endpoints", "ClassifierEndpoint")]
    [InlineData("ClassifierRoutes.Health", "ClassifierRoutes.Wellness", "Wellness")]
    [InlineData("using ClockFunctions.Core.Serving.Http;", "using ClockFunctions.Core.Serving.Https;", "Https")]
    [InlineData("AddClassifierCore(", "AddTheClassifier(", "AddTheClassifier")]
    [InlineData("Telemetry.Name", "Telemetry.Title", "Title")]
    public void AMistakeInItIsFound(string right, string wrong, string said)
    {
        Assert.Contains(FunctionSources.Compile().SyntaxTrees, tree => tree.ToString().Contains(right, StringComparison.Ordinal));

        IEnumerable<string> errors = FunctionSources.Errors(
            FunctionSources.Compile(edit: text => text.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.Contains(errors, error => error.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public void TheCoreThatIsTestedIsTheOneCompiledAgainst() => Assert.True(FunctionSources.ReferencesCore);
}
