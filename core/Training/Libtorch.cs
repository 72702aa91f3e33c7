using static TorchSharp.torch;

namespace ClockFunctions.Core.Training;

/// <summary>How libtorch runs in this process. Only what trains may touch it: the first touch loads it, 0.5 s and 200 MB.</summary>
internal static class Libtorch
{
    /// <summary>
    /// One thread. Our products are limited by memory: a second thread gained a third of the time on an idle machine and, by
    /// waiting actively, cost three times the processor time on a busy one, which is the scorers'. It also makes results repeatable.
    /// </summary>
    public static void Prepare() => set_num_threads(1);
}
