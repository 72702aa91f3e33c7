using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Serving;
using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Core.Settings;
using Microsoft.AspNetCore.Mvc;

namespace ClockFunctions.Tests.Serving;

public sealed class UploadBudgetTests : IDisposable
{
    private static readonly ImageLimits Limits = new() { MaxBytes = 1000 };

    private readonly ScoringGate _gate = new(new ServingOptions { Concurrency = 1 });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, null)]
    [InlineData(999, null)]
    [InlineData(1000, null)]
    [InlineData(1000, 1000L)]
    [InlineData(1000, 10L)]
    public async Task WhatFitsTheLimitIsReadWhateverLengthWasAnnounced(int length, long? announced)
    {
        UploadBudget budget = new(Limits, _gate);
        byte[] body = [.. Enumerable.Range(0, length).Select(i => (byte)i)];

        (ImageUpload? upload, ProblemDetails? problem) = await ImageUpload.ReadAsync(
            new MemoryStream(body), announced, Limits, budget, Cancellation);

        Assert.Null(problem);
        Assert.Equal(body, upload!.Bytes.ToArray());
        upload.Dispose();
        Assert.Equal(0, budget.Held);
    }

    [Theory]
    [InlineData(1001, null, 413)]
    [InlineData(5000, 100L, 413)]
    [InlineData(0, 1001L, 413)]
    [InlineData(0, null, 400)]
    public async Task WhatDoesNotIsAProblemAndHoldsNoMemory(int length, long? announced, int status)
    {
        UploadBudget budget = new(Limits, _gate);

        (ImageUpload? upload, ProblemDetails? problem) = await ImageUpload.ReadAsync(
            new MemoryStream(new byte[length]), announced, Limits, budget, Cancellation);

        Assert.Null(upload);
        Assert.Equal(status, problem!.Status);
        Assert.Equal(0, budget.Held);
    }

    [Fact]
    public async Task UploadsBeyondTheBudgetAreTurnedAway()
    {
        UploadBudget budget = new(Limits, _gate); // one place and eight spare: 9,000 bytes
        Assert.True(budget.TryReserve(8500));

        (ImageUpload? upload, ProblemDetails? problem) = await ImageUpload.ReadAsync(
            new MemoryStream(new byte[600]), null, Limits, budget, Cancellation);

        Assert.Null(upload);
        Assert.Equal("urn:clockfunctions:problem:overloaded", problem!.Type);
        Assert.Equal(8500, budget.Held);
    }

    public void Dispose() => _gate.Dispose();
}
