using System.CommandLine;
using ClockFunctions.Cli;
using ClockFunctions.Cli.Verbs;

RootCommand clocks = new("clocks: an image classifier that trains itself")
{
    AnalyzeVerb.Create(),
    BackboneVerb.Create(),
    CompareVerb.Create(),
    DataVerb.Create(),
    EvaluateVerb.Create(),
    ImportVerb.Create(),
    ModelsVerb.Create(),
    PushVerb.Create(),
    ScoreVerb.Create(),
    ServeVerb.Create(),
    TrainVerb.Create(),
};

Settings.AddTo(clocks);
return await Terminal.RunAsync(clocks, args);
