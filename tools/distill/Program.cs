using System.CommandLine;
using ClockFunctions.Distill;

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
