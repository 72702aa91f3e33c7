using System.Runtime.InteropServices;

namespace ClockFunctions.Core.Observability;

/// <summary>
/// Processor time of the calling thread, in native code too. Unlike a stopwatch it stands still while the thread waits for its turn,
/// and unlike <see cref="Environment.CpuUsage"/> it leaves out what the rest of the process does meanwhile.
/// </summary>
internal static partial class ThreadProcessorTime
{
    // CLOCK_THREAD_CPUTIME_ID of <time.h>: each system has its own number.
    private const int LinuxClock = 3;
    private const int MacClock = 16;

    /// <summary>
    /// Since the thread started. Differences mean something on one thread only, so nothing may be awaited between two reads.
    /// </summary>
    public static TimeSpan Now => OperatingSystem.IsWindows() ? OnWindows() : OnUnix();

    private static TimeSpan OnUnix() => ClockGetTime(OperatingSystem.IsMacOS() ? MacClock : LinuxClock, out TimeSpec now) == 0
        ? new TimeSpan((now.Seconds * TimeSpan.TicksPerSecond) + (now.Nanoseconds / TimeSpan.NanosecondsPerTick))
        : throw new PlatformNotSupportedException("The system does not tell a thread's processor time.");

    private static TimeSpan OnWindows() => GetThreadTimes(GetCurrentThread(), out _, out _, out long kernel, out long user)
        ? new TimeSpan(kernel + user) // in 100 ns, as ticks are
        : throw new PlatformNotSupportedException("The system does not tell a thread's processor time.");

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    [LibraryImport("kernel32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint GetCurrentThread();

    [LibraryImport("kernel32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetThreadTimes(nint thread, out long created, out long exited, out long kernel, out long user);

    /// <summary><c>struct timespec</c> of the 64-bit systems that this runs on.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
