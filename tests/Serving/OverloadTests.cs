using System.IO.Pipelines;
using System.Net;
using System.Text.Json;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Serving;
using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Core.Settings;
using ClockFunctions.Tests.Imaging;
using ClockFunctions.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

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
    public async Task WhatFindsNoMemoryForPicturesIsTurnedAwayWithinFiveSeconds()
    {
        await using ServingHost host = await ServingHost.StartAsync(settings: [("Images:MemoryMB", "16")]);
        PictureBudget budget = host.Service<ImageDecoder>().Budget;
        PictureBudget.Share everything = budget.Enter(budget.Bytes, Cancellation);
        long start = TimeProvider.System.GetTimestamp();

        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.ScoreAsync(SomePhoto.Jpeg())));
        HttpResponseMessage upload = await host.Client.PutAsync(
            "/api/training/clock/1.jpg", ServingHost.Content(SomePhoto.Jpeg(), "image/jpeg"), Cancellation);

        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(2 * 5));
        foreach (HttpResponseMessage answer in (HttpResponseMessage[])[.. answers, upload])
        {
            await ServingHost.ProblemAsync(answer, 503, "overloaded");
            Assert.True(answer.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        }

        everything.Dispose();
        Assert.Equal(HttpStatusCode.OK, (await host.ScoreAsync(SomePhoto.Jpeg())).StatusCode);
        Assert.Equal((0, 0), (budget.Held, budget.Waiting));
    }

    [Fact]
    public async Task APictureThatCanNeverFitIsAnsweredWithTheSetting()
    {
        await using ServingHost host = await ServingHost.StartAsync(settings: [("Images:MemoryMB", "16")]);

        JsonElement problem = await ServingHost.ProblemAsync(await host.ScoreAsync(Bombs.GroupFourTiff(5000, 5000)), 413, "too-large");

        string? detail = problem.GetProperty("detail").GetString();
        Assert.Contains("setting Classifier__Images__MemoryMB allows 16", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunningOutOfMemoryCostsTheOneRequest()
    {
        await using ServingHost host = await ServingHost.StartAsync();
        ClassifierEndpoints endpoints = new(
            new ScoreEndpoint(
                host.Service<CurrentModel>(), () => throw new InsufficientMemoryException(), host.Service<ScoringGate>(),
                host.Service<UploadBudget>(), new ServingOptions(), new ImageLimits(), TimeProvider.System),
            host.Service<ModelEndpoints>(), host.Service<TrainingEndpoint>(), host.Service<HealthCheck>(),
            NullLogger<ClassifierEndpoints>.Instance);

        IResult answer = await endpoints.ScoreAsync(new DefaultHttpContext().Request, Cancellation);

        Answers.ProblemAnswer problem = Assert.IsType<Answers.ProblemAnswer>(answer);
        Assert.Equal((503, "urn:clockfunctions:problem:overloaded"), (problem.Problem.Status, problem.Problem.Type));
        Assert.Equal(HttpStatusCode.OK, (await host.ScoreAsync(SomePhoto.Jpeg())).StatusCode);
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
    public async Task TheFurtherFilesOfAFormCountInTheQueueLikeTheFirst()
    {
        await using ServingHost host = await ServingHost.StartAsync(settings: [("Serving:Concurrency", "1"), ("Serving:MaxQueue", "3")]);
        ScoringGate gate = host.Service<ScoringGate>();
        using ScoringGate.Place? taken = await gate.TryEnterAsync(Cancellation);

        HttpResponseMessage refused = await PostFormAsync(host, files: 4);

        await ServingHost.ProblemAsync(refused, 503, "overloaded");
        Assert.True(refused.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal(0, gate.Waiting);
        Task<HttpResponseMessage> fits = PostFormAsync(host, files: 3);
        Assert.True(SpinWait.SpinUntil(() => gate.Waiting == 3, TimeSpan.FromSeconds(30)));
        await ServingHost.ProblemAsync(await host.ScoreAsync(SomePhoto.Jpeg()), 503, "overloaded"); // the queue is full with them

        taken!.Dispose();
        Assert.Equal(3, (await ServingHost.JsonAsync(await fits)).GetProperty("scores").GetArrayLength());
        Assert.Equal((0, 0L), (gate.Waiting, host.Service<UploadBudget>().Held));
    }

    [Fact]
    public async Task AFormWhoseFilesGetNoPlaceIsTurnedAwayAsOneImageIs()
    {
        await using ServingHost host = await ServingHost.StartAsync(settings: [("Serving:Concurrency", "1"), ("Serving:MaxQueue", "3")]);
        ScoringGate gate = host.Service<ScoringGate>();
        using ScoringGate.Place? taken = await gate.TryEnterAsync(Cancellation); // for as long as the test runs

        HttpResponseMessage refused = await PostFormAsync(host, files: 3).WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

        await ServingHost.ProblemAsync(refused, 503, "overloaded");
        Assert.Equal((0, 0L), (gate.Waiting, host.Service<UploadBudget>().Held));
    }

    [Fact]
    public async Task AFormThatTheQueueCanNeverHoldIsNotToldToComeBack()
    {
        await using ServingHost host = await ServingHost.StartAsync(settings: [("Serving:Concurrency", "1"), ("Serving:MaxQueue", "1")]);

        HttpResponseMessage refused = await PostFormAsync(host, files: 3);

        await ServingHost.ProblemAsync(refused, 413, "too-large");
        Assert.Null(refused.Headers.RetryAfter);
    }

    [Fact]
    public async Task NoAnswerOfStatus200HoldsAnOverload()
    {
        await using ServingHost host = await ServingHost.StartAsync(settings: [("Images:MaxBytes", "100000")]);
        UploadBudget budget = host.Service<UploadBudget>();
        byte[] small = SomePhoto.Jpeg();
        // Others hold nearly all the memory: there is room for the first file, and for no second one.
        using UploadStream others = budget.Open(PipeReader.Create(Stream.Null), Cancellation);
        others.Finish();
        Assert.True(await others.TryReserveAsync((int)(budget.Most - small.Length - 99_000), Cancellation));

        HttpResponseMessage refused = await PostFormAsync(host, files: 8);

        await ServingHost.ProblemAsync(refused, 503, "overloaded");
        Assert.NotNull(refused.Headers.RetryAfter);
    }

    [Fact]
    public async Task AFormThatMemoryCanNeverHoldIsNotToldToComeBack()
    {
        await using ServingHost host = await ServingHost.StartAsync(
            settings: [("Images:MaxBytes", "20000"), ("Serving:Concurrency", "1")]); // 9 images' bytes in all
        using MultipartFormDataContent form = [];
        for (int i = 0; i < 12; i++)
        {
            form.Add(ServingHost.Content(new byte[20_000], "image/jpeg"), "files", $"{i}.jpg");
        }

        await ServingHost.ProblemAsync(await host.Client.PostAsync("/api/score", form, Cancellation), 413, "too-large");
        Assert.Equal(0, host.Service<UploadBudget>().Held);
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

    private static async Task<HttpResponseMessage> PostFormAsync(ServingHost host, int files)
    {
        using MultipartFormDataContent form = [];
        for (int i = 0; i < files; i++)
        {
            form.Add(ServingHost.Content(SomePhoto.Jpeg(i), "image/jpeg"), "files", $"{i}.jpg");
        }

        return await host.Client.PostAsync("/api/score", form, Cancellation);
    }
}
