using ClockFunctions.Core.Serving;
using Microsoft.Azure.Functions.Worker;

namespace ClockFunctions;

/// <summary>
/// Loads the backbone on an instance that is being added, before it gets its first request. The platform calls it by this name.
/// </summary>
public sealed class Warmup(ScorerLoader loader)
{
    [Function(nameof(Warmup))]
    public void Run([WarmupTrigger] object context) => loader.WarmUp();
}
