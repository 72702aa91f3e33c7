using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using ClockFunctions.Core;

namespace ClockFunctions.Cli;

/// <summary>What every verb shares: exit codes, JSON on standard output, progress and errors on standard error.</summary>
public static class Terminal
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 2;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Runs the verb that the arguments name. Ctrl-C and SIGTERM cancel it.</summary>
    /// <returns>0, 1 (it failed) or 2 (it was used wrongly).</returns>
    public static async Task<int> RunAsync(RootCommand root, string[] args, CancellationToken cancellation = default)
    {
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync($"clocks: {error.Message}");
            }

            await Console.Error.WriteLineAsync("Add --help to a verb to see its options.");
            return Usage;
        }

        try
        {
            // A server finishes its requests and a training its writes when they are told to stop: two seconds, the default, are too few.
            InvocationConfiguration configuration = new()
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = StopTimeout,
            };
            return await parsed.InvokeAsync(configuration, cancellation);
        }
        catch (UsageException e)
        {
            await Console.Error.WriteLineAsync($"clocks: {e.Message}");
            return Usage;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The last line of defence of a command line: one readable line; the trace only on demand.
            bool trace = Environment.GetEnvironmentVariable("CLOCKS_TRACE") == "1";
            await Console.Error.WriteLineAsync($"clocks: {(trace ? e.ToString() : e.Message)}");
            return Failure;
        }
    }

    /// <summary>Writes a result for machines to standard output.</summary>
    public static void WriteJson<T>(T result) => Console.Out.WriteLine(JsonSerializer.Serialize(result, Json.Indented));

    /// <summary>Reports progress of long work on standard error.</summary>
    public static void Progress(string line) => Console.Error.WriteLine(line);
}

/// <summary>The verb was called with arguments that parse but make no sense: exit code 2.</summary>
public sealed class UsageException(string message) : Exception(message);
