using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace ClockFunctions.Distill;

/// <summary>
/// Keeps libtorch's convolutions to AVX2 where the processor hides the sizes of its caches, as some virtual machines do: oneDNN 3.7
/// then takes a path that overwrites weights (docs/libtorch-convolutions.md). With AVX2 that happens only where a number of
/// channels is no multiple of 8; what is left is for <see cref="Student.ConvolutionCheck"/> to find.
/// </summary>
/// <remarks>Elsewhere nothing is limited: bfloat16 needs AVX-512 to be worth anything.</remarks>
public static class InstructionLimit
{
    private const string Variable = "ONEDNN_MAX_CPU_ISA";
    private const string OlderVariable = "DNNL_MAX_CPU_ISA";

    /// <summary>Takes effect only before the first convolution of the process. Whoever set the variable has decided already.</summary>
    /// <returns>Whether the instruction set was limited.</returns>
    public static bool ApplyWhereNeeded()
    {
        string? decided = Environment.GetEnvironmentVariable(Variable) ?? Environment.GetEnvironmentVariable(OlderVariable);
        if (decided is not null || !CacheSizesAreHidden())
        {
            return false;
        }

        Set(Variable, "AVX2");
        return true;
    }

    /// <summary>Sets an environment variable for native code too: .NET keeps a copy of its own, which <c>getenv</c> does not see.</summary>
    internal static void Set(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        if (!OperatingSystem.IsWindows() && setenv(name, value, overwrite: 1) != 0)
        {
            throw new InvalidOperationException($"The environment variable {name} could not be set.");
        }
    }

    /// <summary>Whether the leaf of CPUID from which oneDNN learns of caches lists none.</summary>
    private static bool CacheSizesAreHidden()
    {
        if (!X86Base.IsSupported)
        {
            return false;
        }

        const int Intel = 4;
        const int Amd = unchecked((int)0x8000001D);
        (_, int first, int third, int second) = X86Base.CpuId(0, 0);
        string vendor = Encoding.ASCII.GetString(MemoryMarshal.AsBytes<int>([first, second, third]));
        (int kind, _, _, _) = X86Base.CpuId(vendor == "AuthenticAMD" ? Amd : Intel, 0);
        const int NoCache = 0;
        return (kind & 0x1F) == NoCache;
    }

    [DllImport("libc", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setenv(string name, string value, int overwrite);
}
