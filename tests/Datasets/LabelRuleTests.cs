using ClockFunctions.Core.Datasets;

namespace ClockFunctions.Tests.Datasets;

public class LabelRuleTests
{
    [Theory]
    [InlineData("clock/a.jpg", "clock", "a.jpg")]
    [InlineData("clock/2024/a.jpg", "clock", "2024/a.jpg")]
    public void FolderIsTheFirstSegment(string path, string label, string name) =>
        Assert.Equal((label, name), LabelRule.Parse("folder").Of(path));

    [Theory]
    [InlineData("a.jpg")]
    [InlineData("/a.jpg")]
    [InlineData("clock/")]
    [InlineData("")]
    public void APathOutsideOfAFolderHasNoLabel(string path) => Assert.Null(LabelRule.Folder.Of(path));

    [Theory]
    [InlineData("img1.jpg", "clock")]
    [InlineData("img_1.jpg", "other")]
    [InlineData("my_photos/img1.jpg", "clock")] // the file name decides, not the folder's
    public void TheNotebooksRuleLooksForAnUnderscoreInTheFileName(string path, string label) =>
        Assert.All(["notebook", "regex:_=other;*=clock"], rule => Assert.Equal((label, path), LabelRule.Parse(rule).Of(path)));

    [Fact]
    public void TheFirstMatchDecidesAndNoMatchIsNoLabel()
    {
        LabelRule rule = LabelRule.Parse("regex:^wall=clock;clock=clock;[0-9]=2=digits");

        Assert.Equal("clock", rule.Of("wall2.jpg")?.Label);
        Assert.Equal("digits", rule.Of("7=2.jpg")?.Label);
        Assert.Null(rule.Of("cat.jpg"));
    }

    [Theory]
    [InlineData("folders", "must be folder, notebook or regex:")]
    [InlineData("regex:", "has no PATTERN=LABEL")]
    [InlineData("regex:_", "must be PATTERN=LABEL")]
    [InlineData("regex:_=", "must be PATTERN=LABEL")]
    [InlineData("regex:_=a/b", "without a slash")]
    [InlineData("regex:(=a", "no usable regular expression")]
    [InlineData("regex:(a)\\1=a", "no usable regular expression")] // back references can be slow without bound
    public void AnUnusableRuleIsRefusedWithWhatIsWrong(string rule, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => LabelRule.Parse(rule)).Message);
}
