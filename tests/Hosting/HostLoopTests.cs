using System.Xml;
using Azure;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Hosting;
using ClockFunctions.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ClockFunctions.Tests.Hosting;

public sealed class HostLoopTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogLines _log = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly HostLoop _loop;

    public HostLoopTests() => _loop = new HostLoop("Working", _time, _log);

    public void Dispose() => _stop.Dispose();

    public static TheoryData<Exception> Faults =>
    [
        new RequestFailedException(500, "The storage is ill."),
        new XmlException("Root element is missing."),
        new AggregateException(new IOException("cut")),
        new BackboneException("There is no backbone."),
        new InvalidOperationException("A mistake of ours."),
        Some.OutOfMemory(),
        new TaskCanceledException("A timeout of the library's, which nobody asked for."),
    ];

    [Theory, MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public async Task NoExceptionEndsALoop(Exception fault)
    {
        int turns = 0;
        Task running = _loop.RepeatAsync(_ => ++turns == 1 ? throw fault : Task.FromResult(TimeSpan.FromSeconds(1)), _stop.Token);

        Assert.Equal(1, turns);
        _time.Advance(_loop.FailurePause);
        Assert.Equal(2, turns);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, turns);
        Assert.False(running.IsCompleted);
        await StopAsync(running);
    }

    [Fact]
    public async Task OutOfMemoryIsLoggedWithItsTraceAndCostsOneTurn()
    {
        OutOfMemoryException fault = Some.OutOfMemory();
        Task running = _loop.RepeatAsync(_ => throw fault, _stop.Token);

        LogLine line = Assert.Single(_log.All);
        Assert.Equal((LogLevel.Error, $"Working failed and is tried again every 5 s: {fault.Message}"), (line.Level, line.Text));
        Assert.IsType<OutOfMemoryException>(line.Exception);
        await StopAsync(running);
    }

    [Fact]
    public async Task AReasonIsLoggedOnceUntilItIsAnotherOrItWorksAgain()
    {
        Queue<Exception?> turns = new([Away("a"), Away("a"), Away("b"), Away("b"), null, null, Away("b")]);
        Task running = _loop.RepeatAsync(
            _ => turns.Dequeue() is { } fault ? throw fault : Task.FromResult(TimeSpan.FromSeconds(5)), _stop.Token);
        for (int i = 0; i < 6; i++)
        {
            _time.Advance(_loop.FailurePause);
        }

        Assert.Empty(turns);
        Assert.Equal(
            [
                "Working failed and is tried again every 5 s: a", "Working failed and is tried again every 5 s: b",
                "Working works again", "Working failed and is tried again every 5 s: b",
            ],
            _log.All.Select(line => line.Text));
        await StopAsync(running);

        static Exception Away(string reason) => new RequestFailedException(reason);
    }

    [Fact]
    public async Task WhatExplainsItselfIsLoggedWithoutATrace()
    {
        Queue<Exception> turns = new(
            [new RequestFailedException("away\nheaders"), new BackboneException("Pull it."), new InvalidOperationException("why?")]);
        Task running = _loop.RepeatAsync(_ => throw turns.Dequeue(), _stop.Token);
        _time.Advance(_loop.FailurePause);
        _time.Advance(_loop.FailurePause);

        Assert.Equal([false, false, true], _log.All.Select(line => line.Exception is not null));
        Assert.EndsWith(": away", _log.All[0].Text);
        await StopAsync(running);
    }

    [Fact]
    public async Task ATurnThatFailsPausesByItsOwnClock()
    {
        int turns = 0;
        Task running = _loop.RepeatAsync(_ => { turns++; throw new InvalidOperationException("always"); }, _stop.Token);

        _time.Advance(_loop.FailurePause - TimeSpan.FromTicks(1));
        Assert.Equal(1, turns);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(2, turns);
        await StopAsync(running);
    }

    [Fact]
    public async Task WhatFailsBecauseTheHostStopsIsNoError()
    {
        TaskCompletionSource stopping = new();
        await using CancellationTokenRegistration stop = _stop.Token.Register(stopping.SetResult);
        Task running = _loop.RepeatAsync(
            async _ =>
            {
                await stopping.Task;
                throw new InvalidOperationException("The connection is gone.");
            },
            _stop.Token);

        await StopAsync(running);
        Assert.DoesNotContain(_log.All, line => line.Level > LogLevel.Information);
    }

    [Fact]
    public async Task WhatIsDoneOnceIsTriedUntilItSucceeds()
    {
        int attempts = 0;
        Task<int> done = _loop.SucceedAsync(
            _ => ++attempts < 3 ? throw new BackboneException("not yet") : Task.FromResult(attempts), _stop.Token);

        Assert.False(done.IsCompleted);
        _time.Advance(_loop.FailurePause);
        _time.Advance(_loop.FailurePause);
        Assert.Equal(3, await done);
    }

    private async Task StopAsync(Task running)
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
