using ClockFunctions.Core.Settings;

namespace ClockFunctions.Tests.Settings;

public class OptionsValidationTests
{
    [Fact]
    public void DefaultsAreValid() => Assert.Empty(OptionsValidation.Errors(new ClassifierOptions(), "Classifier"));

    [Fact]
    public void EveryBadSettingIsNamedInOneMessage()
    {
        ClassifierOptions options = new()
        {
            Target = "",
            Training = new TrainingOptions { Views = 0, Aim = "best" },
            Serving = new ServingOptions { MaxQueue = -1 },
        };

        string message = Assert.Single(new OptionsValidation().Validate(null, options).Failures!);

        Assert.Contains("Classifier:Target:", message);
        Assert.Contains("Classifier:Training:Views:", message);
        Assert.Contains("Classifier:Training:Aim: must be f1, precision:FLOOR or recall:FLOOR", message);
        Assert.Contains("Classifier:Serving:MaxQueue:", message);
    }
}
