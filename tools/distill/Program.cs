using System.CommandLine;
using ClockFunctions.Distill;

if (InstructionLimit.ApplyWhereNeeded())
{
    Log.Line("This processor hides its caches: libtorch's convolutions are kept to AVX2 (docs/libtorch-convolutions.md)");
}

RootCommand distill = new("Trains a small backbone that imitates a large one, from photos without labels.")
{
    DrawVerb.Create(),
    CacheVerb.Create(),
    TrainVerb.Create(),
    ExportVerb.Create(),
    EvaluateVerb.Create(),
    LatencyVerb.Create(),
};

return await distill.Parse(args).InvokeAsync();
