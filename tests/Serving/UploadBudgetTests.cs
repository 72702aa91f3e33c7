using System.IO.Pipelines;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Serving;
using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Core.Settings;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Time.Testing;

namespace ClockFunctions.Tests.Serving;

public sealed class UploadBudgetTests : IDisposable
{
    private const int MiB = 1024 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly ServingOptions Serving = new() { Concurrency = 1, BodyTimeout = Timeout };

    private readonly ScoringGate _gate = new(Serving);
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, null)]
    [InlineData(999, null)]
    [InlineData(1000, null)]
    [InlineData(1000, 1000L)]
    [InlineData(1000, 10L)]
    public async Task WhatFitsTheLimitIsReadWhateverLengthWasAnnounced(int length, long? announced)
    {
        UploadBudget budget = Budget(1000);
        byte[] bytes = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        using UploadStream body = Open(budget, bytes);

        (ImageUpload? upload, ProblemDetails? problem) = await ReadAsync(body, 1000, announced);

        Assert.Null(problem);
        Assert.Equal(bytes, upload!.Bytes.ToArray());
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
        UploadBudget budget = Budget(1000);
        using UploadStream body = Open(budget, new byte[length]);

        (ImageUpload? upload, ProblemDetails? problem) = await ReadAsync(body, 1000, announced);

        Assert.Null(upload);
        Assert.Equal(status, problem!.Status);
        Assert.Equal(0, budget.Held);
    }

    [Fact]
    public async Task UploadsBeyondTheBudgetAreTurnedAway()
    {
        UploadBudget budget = Budget(1000); // one place and eight spare: 9,000 bytes
        using UploadStream others = Open(budget, []);
        others.Finish(); // these are being scored: there is nobody to send away
        Assert.True(await others.TryReserveAsync(8500, Cancellation));
        _time.Advance(UploadBudget.Grace);
        using UploadStream body = Open(budget, new byte[600]);

        (ImageUpload? upload, ProblemDetails? problem) = await ReadAsync(body, 1000);

        Assert.Null(upload);
        Assert.Equal("urn:clockfunctions:problem:overloaded", problem!.Type);
        Assert.Equal(8500, budget.Held);
    }

    [Fact]
    public async Task ABodyThatDoesNotComeInTimeIsTooSlow()
    {
        UploadBudget budget = Budget(2 * MiB);
        Sender sender = new(budget, 2 * MiB);
        await sender.SendAsync(1000);

        _time.Advance(Timeout);

        UploadRefusedException refused = await Assert.ThrowsAsync<UploadRefusedException>(() => sender.Reading);
        Assert.Equal((408, "urn:clockfunctions:problem:too-slow"), (refused.Problem.Status, refused.Problem.Type));
        Assert.Equal("Each MiB of a body must come within 10 seconds.", refused.Problem.Detail);
        Assert.Equal(0, budget.Held);
    }

    [Fact]
    public async Task ALargeBodyMayTakeLongerAndASilentOneIsNoticedHoweverMuchItSent()
    {
        UploadBudget budget = Budget(8 * MiB);
        Sender sender = new(budget, 8 * MiB);
        for (int i = 0; i < 4; i++)
        {
            _time.Advance(Timeout - TimeSpan.FromSeconds(1));
            await sender.SendAsync(MiB);
        }

        Assert.False(sender.Reading.IsCompleted); // after 36 s
        _time.Advance(Timeout);

        Assert.Equal(408, (await Assert.ThrowsAsync<UploadRefusedException>(() => sender.Reading)).Problem.Status);
    }

    [Fact]
    public async Task WhatIsWholeIsNeitherLateNorSlow()
    {
        UploadBudget budget = Budget(1000);
        using UploadStream body = Open(budget, new byte[900]);
        (ImageUpload? upload, _) = await ReadAsync(body, 1000);

        _time.Advance(100 * Timeout);
        using UploadStream others = Open(budget, []);

        Assert.False(await others.TryReserveAsync(9000, Cancellation));
        Assert.Equal(900, upload!.Bytes.Length);
        upload.Dispose();
        Assert.True(await others.TryReserveAsync(9000, Cancellation));
    }

    [Fact]
    public async Task WhileTheBudgetIsFullTheSlowestGoesFirst()
    {
        UploadBudget budget = Budget(1000); // room for eight bodies of 1,001 bytes
        Sender[] senders = [.. Enumerable.Range(0, 8).Select(_ => new Sender(budget, 1000))];
        foreach (Sender sender in senders)
        {
            await sender.SendAsync(500);
        }

        // The fourth has fallen silent after a good start, the fifth drips, the others go on.
        _time.Advance(TimeSpan.FromSeconds(4));
        foreach (Sender sender in senders.Except([senders[3], senders[4]]))
        {
            await sender.SendAsync(100);
        }

        await senders[4].SendAsync(1);
        using UploadStream next = Open(budget, new byte[1000]);
        (ImageUpload? upload, ProblemDetails? problem) = await ReadAsync(next, 1000);

        Assert.Null(problem);
        UploadRefusedException gone = await Assert.ThrowsAsync<UploadRefusedException>(() => senders[3].Reading);
        Assert.Equal((503, "urn:clockfunctions:problem:overloaded"), (gone.Problem.Status, gone.Problem.Type));
        Assert.All(senders.Except([senders[3]]), sender => Assert.False(sender.Reading.IsCompleted));
        upload!.Dispose();
    }

    [Fact]
    public async Task WhoeverIsTheSlowestSendsNobodyElseAway()
    {
        UploadBudget budget = Budget(1000);
        Sender drips = new(budget, 1000, announced: 100); // so that its memory grows as it sends
        Sender[] others = [.. Enumerable.Range(0, 7).Select(_ => new Sender(budget, 1000))];
        await drips.SendAsync(120);
        foreach (Sender sender in others)
        {
            await sender.SendAsync(900);
        }

        _time.Advance(TimeSpan.FromSeconds(4));
        foreach (Sender sender in others)
        {
            await sender.SendAsync(50);
        }

        using UploadStream whole = Open(budget, []);
        whole.Finish();
        Assert.True(await whole.TryReserveAsync((int)(budget.Most - budget.Held), Cancellation));

        await drips.SendAsync(400); // more than it has room for

        (ImageUpload? upload, ProblemDetails? problem) = await drips.Reading;
        Assert.Null(upload);
        Assert.Equal(503, problem!.Status);
        Assert.All(others, sender => Assert.False(sender.Reading.IsCompleted));
    }

    [Fact]
    public async Task NobodyIsCalledSlowInItsFirstSecond()
    {
        UploadBudget budget = Budget(1000);
        Sender[] senders = [.. Enumerable.Range(0, 8).Select(_ => new Sender(budget, 1000))];
        foreach (Sender sender in senders)
        {
            await sender.SendAsync(500);
        }

        using UploadStream next = Open(budget, new byte[1000]);
        (_, ProblemDetails? problem) = await ReadAsync(next, 1000);

        Assert.Equal(503, problem!.Status);
        Assert.All(senders, sender => Assert.False(sender.Reading.IsCompleted));
    }

    public void Dispose() => _gate.Dispose();

    private UploadBudget Budget(int maxBytes) => new(new ImageLimits { MaxBytes = maxBytes }, Serving, _gate, _time);

    private static UploadStream Open(UploadBudget budget, byte[] bytes) => budget.Open(PipeReader.Create(new(bytes)), Cancellation);

    private static Task<(ImageUpload? Upload, ProblemDetails? Problem)> ReadAsync(
        UploadStream body, int maxBytes, long? announced = null) =>
        ImageUpload.ReadAsync(body, body, announced, new ImageLimits { MaxBytes = maxBytes }, Cancellation);

    /// <summary>A client whose bytes come when the test says so.</summary>
    private sealed class Sender
    {
        private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));
        private readonly UploadStream _body;
        private long _sent;

        public Sender(UploadBudget budget, int maxBytes, long? announced = null)
        {
            _body = budget.Open(_pipe.Reader, Cancellation);
            Reading = ReadToEndAsync(maxBytes, announced);
        }

        public Task<(ImageUpload? Upload, ProblemDetails? Problem)> Reading { get; }

        /// <summary>Sends, and waits until it was read or the reading ended.</summary>
        public async Task SendAsync(int bytes)
        {
            await _pipe.Writer.WriteAsync(new byte[bytes], Cancellation);
            _sent += bytes;
            while (_body.Position < _sent && !Reading.IsCompleted)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), Cancellation);
            }
        }

        private async Task<(ImageUpload?, ProblemDetails?)> ReadToEndAsync(int maxBytes, long? announced)
        {
            using UploadStream body = _body;
            return await ReadAsync(body, maxBytes, announced);
        }
    }
}
