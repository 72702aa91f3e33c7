using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Tests.Support;

/// <summary>A logger that keeps what it is told.</summary>
public sealed class LogLines : ILogger
{
    private readonly ConcurrentQueue<LogLine> _lines = [];

    public IReadOnlyList<LogLine> All => [.. _lines];

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(new LogLine(logLevel, formatter(state, exception), exception));

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;
}

public sealed record LogLine(LogLevel Level, string Text, Exception? Exception);
