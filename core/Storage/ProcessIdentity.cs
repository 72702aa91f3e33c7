using System.Globalization;

namespace ClockFunctions.Core.Storage;

/// <summary>
/// Names a process so that another one on the same running machine can tell whether it still lives.
/// </summary>
/// <param name="Space">The boot and the process-id namespace; null where that is not known (other systems than Linux).</param>
/// <param name="Pid">Process id within the space.</param>
/// <param name="StartTicks">Start since boot in clock ticks: process ids are used again.</param>
public sealed record ProcessIdentity(string? Space, int Pid, long StartTicks)
{
    public static ProcessIdentity Own { get; } = OperatingSystem.IsLinux()
        ? new ProcessIdentity(OwnSpace(), Environment.ProcessId, LiveStartTicks(Environment.ProcessId) ?? 0)
        : new ProcessIdentity(null, Environment.ProcessId, 0);

    /// <summary>True only when this process could be looked up and is gone for certain.</summary>
    public bool IsKnownDead() => Space is not null && Space == Own.Space && LiveStartTicks(Pid) != StartTicks;

    private static string? OwnSpace()
    {
        try
        {
            string boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            return File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false) is { Name: var space } ? $"{boot} {space}" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Field 22 of <c>/proc/PID/stat</c> (proc(5)); null when there is no such process or only its zombie.</summary>
    private static long? LiveStartTicks(int pid)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{pid}/stat");
            // Field 2 is the program's name in brackets and may hold anything, so count from its end: field 3 comes first.
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
