using System.Net;
using ClockFunctions.Core.Serving;
using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Serving;

public class OverloadTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WhatIsTooMuchIsTurnedAwayWithTheTimeToComeBackAndTheRestIsScored()
    {
        await using ServingHost host = await ServingHost.StartAsync(settings: [("Serving:Concurrency", "1"), ("Serving:MaxQueue", "1")]);
        byte[] image = SomePhoto.Png(1, 1500, 1200); // decoded in full, so that scores overlap

        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => host.ScoreAsync(image)));

        HttpResponseMessage[] shed = [.. answers.Where(answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable)];
        Assert.NotEmpty(shed);
        Assert.Equal(answers.Length - shed.Length, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        foreach (HttpResponseMessage answer in shed)
        {
            await ServingHost.ProblemAsync(answer, 503, "overloaded");
            Assert.True(answer.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        }

        // Nothing of the rush is left behind.
        Assert.Equal(HttpStatusCode.OK, (await host.ScoreAsync(image)).StatusCode);
        Assert.Equal(0, host.Service<ScoringGate>().Waiting);
        Assert.Equal(0, host.Service<UploadBudget>().Held);
    }

    [Fact]
    public async Task AFormIsTurnedAwayAsAWhole()
    {
        await using ServingHost host = await ServingHost.StartAsync(settings: [("Serving:Concurrency", "1"), ("Serving:MaxQueue", "0")]);
        using ScoringGate.Place? taken = await host.Service<ScoringGate>().TryEnterAsync(Cancellation);
        using MultipartFormDataContent form = new()
        {
            { ServingHost.Content(SomePhoto.Jpeg(1), "image/jpeg"), "files", "1.jpg" },
            { ServingHost.Content(SomePhoto.Jpeg(2), "image/jpeg"), "files", "2.jpg" },
        };

        await ServingHost.ProblemAsync(await host.Client.PostAsync("/api/score", form, Cancellation), 503, "overloaded");
    }

    [Fact]
    public async Task ManyFormsAtOnceAreAllScoredWhenThereIsRoom()
    {
        await using ServingHost host = await ServingHost.StartAsync(settings: [("Serving:Concurrency", "2"), ("Serving:MaxQueue", "100")]);

        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using MultipartFormDataContent form = [];
            for (int i = 0; i < 10; i++)
            {
                form.Add(ServingHost.Content(SomePhoto.Jpeg(i), "image/jpeg"), "files", $"{i}.jpg");
            }

            return await host.Client.PostAsync("/api/score", form, Cancellation);
        }));

        foreach (HttpResponseMessage answer in answers)
        {
            Assert.All(
                (await ServingHost.JsonAsync(answer)).GetProperty("scores").EnumerateArray(),
                    score => Assert.True(score.TryGetProperty("probability", out _)));
        }
    }
}
