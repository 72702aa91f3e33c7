using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Hosting;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ClockFunctions.Tests.Settings;

public class OptionsBindingTests
{
    [Fact]
    public void NothingSetGivesTheDefaults() => Assert.Equal(new ClassifierOptions(), OptionsBinding.Read(Settings()));

    [Fact]
    public void EveryKindOfValueIsRead()
    {
        ClassifierOptions options = OptionsBinding.Read(Settings(
            ("Target", "dog"), ("Pipeline", "crop"), ("Training:QuietPeriod", "00:00:05"), ("Serving:MaxQueue", "7"),
                ("ZeroShot:Threshold", "0.25")));

        Assert.Equal("dog", options.Target);
        Assert.Equal(Pipeline.Crop, options.Pipeline);
        Assert.Equal(TimeSpan.FromSeconds(5), options.Training.QuietPeriod);
        Assert.Equal(7, options.Serving.MaxQueue);
        Assert.Equal(0.25, options.ZeroShot.Threshold);
        Assert.Equal(new ClassifierOptions().Images, options.Images);
    }

    [Fact]
    public void AHostWithWrongSettingsDoesNotStartAndNamesThemAll()
    {
        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(
            () => new ServiceCollection().AddClassifierCore(Settings(
            ("Traget", "dog"), ("Serving:MaxQueue", "many"), ("Training:Views", "0"), ("Pipeline", "squash"))));

        Assert.Contains("Classifier:Traget: there is no such setting.", refused.Message);
        Assert.Contains("Classifier:Serving:MaxQueue: 'many' is not a whole number.", refused.Message);
        Assert.Contains("Classifier:Pipeline: 'squash' is not one of resize, crop, full.", refused.Message);
        Assert.Contains("Classifier:Training:Views: ", refused.Message);
    }

    [Fact]
    public void EveryErrorAtEveryDepthComesInTheOneMessage()
    {
        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(() => OptionsBinding.Read(Settings(
            ("Training:Veiws", "3"), ("Training:QuietPeriod", "soon"), ("Training:ValidationFraction", "a third"), ("ZeroShot:K", "0"),
            ("Servings:MaxQueue", "1"))));

        Assert.Equal(
            [
                "Classifier:Servings: there is no such setting.",
                "Classifier:Training:QuietPeriod: 'soon' is not a time span such as 00:00:02.",
                "Classifier:Training:ValidationFraction: 'a third' is not a number.",
                "Classifier:Training:Veiws: there is no such setting.",
                "Classifier:ZeroShot:K: The field K must be between 1 and 1000.",
            ],
            refused.Failures.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TheZeroShotThresholdIsTheSettingsElseTheBackbonesElseTheCaseStudys()
    {
        BackboneSpec unmeasured = new BackboneCatalogue().Resolve(BackboneSpec.ShippedId).Spec with { SummedThreshold = null };
        BackboneSpec measured = unmeasured with { SummedThreshold = 0.1 };

        Assert.Equal(0.007, new ZeroShotOptions().ThresholdFor(unmeasured));
        Assert.Equal(0.1, new ZeroShotOptions().ThresholdFor(measured));
        Assert.Equal(0.25, new ZeroShotOptions { Threshold = 0.25 }.ThresholdFor(measured));
    }

    private static IConfiguration Settings(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Classifier:{setting.Key}", (string?)setting.Value)))
        .Build();
}
