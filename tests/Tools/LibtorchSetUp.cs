using System.Runtime.CompilerServices;
using ClockFunctions.Distill;

namespace ClockFunctions.Tests.Tools;

/// <summary>What the distillation does before it loads libtorch, for the tests that convolve in this process.</summary>
internal static class LibtorchSetUp
{
#pragma warning disable CA2255 // The limit must stand before the first test touches libtorch, and only the runtime is that early.
    [ModuleInitializer]
    internal static void LimitInstructions() => InstructionLimit.ApplyWhereNeeded();
#pragma warning restore CA2255
}
