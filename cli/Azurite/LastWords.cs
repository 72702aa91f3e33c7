namespace ClockFunctions.Cli.Azurite;

/// <summary>
/// Reads what a process writes for as long as it lives, so that its pipe never fills and stops it, and remembers only
/// the end of it: enough to say why the process died, and no more after a month than after a second.
/// </summary>
internal sealed class LastWords
{
    /// <summary>Characters that are remembered: a Node.js error with its stack is about 1,000.</summary>
    internal const int Length = 4096;

    private readonly char[] _last = new char[Length];
    private int _count;

    private LastWords()
    {
    }

    /// <summary>Reads to the end.</summary>
    /// <returns>The last <see cref="Length"/> characters.</returns>
    public static async Task<string> OfAsync(TextReader output)
    {
        LastWords words = new();
        char[] read = new char[Length];
        while (await output.ReadAsync(read) is > 0 and int count)
        {
            words.Add(read.AsSpan(0, count));
        }

        return new string(words._last, 0, words._count);
    }

    private void Add(ReadOnlySpan<char> text)
    {
        int kept = Math.Min(_count, Length - text.Length);
        _last.AsSpan(_count - kept, kept).CopyTo(_last);
        text.CopyTo(_last.AsSpan(kept));
        _count = kept + text.Length;
    }
}
