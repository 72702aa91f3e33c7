using System.Text.RegularExpressions;
using System.Xml.Linq;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Reports;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Reports;

public class ReportPageTests
{
    private static readonly TrainingReport Report = SomeReport.Of();
    private static readonly string Page = ReportPage.Render(Report, SomeReport.Thumbnails(Report));

    [Fact]
    public void ThePageNeedsNothingFromElsewhere()
    {
        string[] references = [
            .. Regex.Matches(Page, """(?:src|href|url|action|data|srcset|poster)\s*[=(]\s*["']?([^"')>\s]+)""")
                .Select(match => match.Groups[1].Value)];

        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.Matches("^(data:image/(png|jpeg);base64,|#)", reference));
        Assert.DoesNotContain("@import", Page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("default-src &#39;none&#39;", Page);
    }

    [Fact]
    public void FileNamesCannotBecomeMarkup()
    {
        Assert.Contains("&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;.jpg", Page);
        Assert.DoesNotContain("<script", Page);
    }

    [Fact]
    public void EveryPictureOfTheReportIsShownWithItsNameAndTheMissingOneSaysSo()
    {
        Assert.Equal(Report.Mistakes.Count + Report.Uncertain.Count, Regex.Count(Page, "<figcaption>"));
        Assert.Contains("no picture", Page);
        Assert.All(Report.Pictures(), image => Assert.Contains(System.Net.WebUtility.HtmlEncode(TrainingReport.Key(image)), Page));
    }

    [Fact]
    public void PlotsCarryTheirTextWithoutAnyInstalledFont()
    {
        XElement[] plots = [.. Regex.Matches(Page, "<svg.*?</svg>", RegexOptions.Singleline).Select(match => XElement.Parse(match.Value))];

        Assert.Equal(["sweep", "histogram", "roc", "pr", "reliability", "loss"], plots.Select(Id));
        Assert.All(plots, plot => Assert.InRange(plot.Descendants().Count(element => element.Name.LocalName == "text"), 10, 100));
        Assert.Contains("false alarms: share of other images called the target", plots[2].Value);
    }

    [Fact]
    public void IdsOfPicturesDoNotCollide()
    {
        string[] ids = [.. Regex.Matches(Page, " id=\"([^\"]+)\"").Select(match => match.Groups[1].Value)];

        Assert.NotEmpty(ids);
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void OneClassStillMakesAPage()
    {
        ScoredImage[] scored = Scored.Of((true, 0.9), (true, 0.2));
        TrainingReport report = TrainingReport.Of(
            Report.Manifest, EvaluationSubject.Of("images of a folder", scored), scored, Evaluator.Evaluate(scored, 0.5), "given");
        string page = ReportPage.Render(report, new Dictionary<string, byte[]>());

        Assert.Contains("not defined", page);
        Assert.DoesNotContain("NaN", page);
        Assert.DoesNotContain("ROC curve", page);
    }

    private static string Id(XElement plot) =>
        ((string)plot.Descendants().First(element => element.Attribute("id") is not null).Attribute("id")!).Split('-')[0];
}
