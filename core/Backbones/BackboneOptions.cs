using System.ComponentModel.DataAnnotations;
using Microsoft.ML.OnnxRuntime;

namespace ClockFunctions.Core.Backbones;

/// <summary>How a backbone's session runs.</summary>
public sealed record BackboneOptions
{
    /// <summary>Threads that compute one run, 0–256. Default 0: one a core.</summary>
    [Range(0, 256)]
    public int IntraOpThreads { get; init; }

    internal SessionOptions ToSession() => new()
    {
        GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        IntraOpNumThreads = IntraOpThreads,
        InterOpNumThreads = 1,
        // Old exporters' files are full of warnings that nobody who runs them can act on.
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
    };
}
