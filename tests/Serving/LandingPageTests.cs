using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Serving;

public class LandingPageTests
{
    [Fact]
    public async Task ABrowserRunsThePageUnderItsPolicyAndItsQuestionsAreAnswered()
    {
        await using ServingHost host = await ServingHost.StartAsync();
        using Chromium browser = new();

        await browser.ScreenshotAsync(host.Address.AbsoluteUri, TestContext.Current.CancellationToken);

        Assert.DoesNotContain("Content Security Policy", browser.Console);
        Assert.DoesNotContain("Uncaught", browser.Console);
        // Its script ran.
        Assert.Contains($"{host.Address}api/health", browser.Requests);
        Assert.Contains($"{host.Address}api/model", browser.Requests);
    }

    [Fact]
    public async Task ThePageNamesNoOtherSite()
    {
        await using ServingHost host = await ServingHost.StartAsync();

        string page = await host.Client.GetStringAsync("/", TestContext.Current.CancellationToken);

        Assert.DoesNotContain("//", page.Replace("xmlns='http://www.w3.org/2000/svg'", "", StringComparison.Ordinal));
    }
}
