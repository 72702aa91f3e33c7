using ClockFunctions.Core.Reports;
using ClockFunctions.Tests.Support;
using SkiaSharp;

namespace ClockFunctions.Tests.Reports;

public class ReportInBrowserTests
{
    [Fact]
    public async Task ABrowserShowsThePageWithoutRequestsOrErrors()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        TrainingReport report = SomeReport.Of();
        using TemporaryFile page = new(".html");
        await File.WriteAllTextAsync(page.Path, ReportPage.Render(report, SomeReport.Thumbnails(report)), cancellation);

        using Chromium chromium = new();
        byte[] picture = await chromium.ScreenshotAsync(page.Path, cancellation);

        Assert.Equal("", chromium.Console);
        Assert.DoesNotContain(chromium.Requests, url => url.StartsWith("http", StringComparison.Ordinal) && !IsOfTheBrowser(url));
        using SKBitmap shown = SKBitmap.Decode(picture);
        Assert.InRange(ColorsIn(shown), 100, int.MaxValue);
    }

    [Fact]
    public async Task TheTestsWouldNoticeAPageThatAsksForSomething()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using TemporaryFile page = new(".html");
        await File.WriteAllTextAsync(page.Path, """
            <meta http-equiv="Content-Security-Policy" content="script-src 'none'">
            <img src="http://elsewhere.example/dot.png"><script>alert(1)</script>
            """, cancellation);

        using Chromium chromium = new();
        await chromium.ScreenshotAsync(page.Path, cancellation);

        Assert.Contains("Content Security Policy", chromium.Console);
        Assert.Contains(chromium.Requests, url => url.StartsWith("http://elsewhere.example/", StringComparison.Ordinal));
    }

    /// <summary>Chromium's own housekeeping, which no switch turns off altogether; none of it can leave the machine here.</summary>
    private static bool IsOfTheBrowser(string url) => new Uri(url).Host is var host
        && (host.EndsWith(".googleapis.com", StringComparison.Ordinal) || host.EndsWith(".google.com", StringComparison.Ordinal)
        || host.EndsWith(".gvt1.com", StringComparison.Ordinal));

    private static int ColorsIn(SKBitmap bitmap) => bitmap.Pixels.Distinct().Count();
}
