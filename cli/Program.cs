using System.CommandLine;
using ClockFunctions.Cli;
using ClockFunctions.Cli.Verbs;

RootCommand clocks = new("clocks: an image classifier that trains itself")
{
    BackboneVerb.Create(),
    DataVerb.Create(),
    ServeVerb.Create(),
    TrainVerb.Create(),
};

Settings.AddTo(clocks);
return await Terminal.RunAsync(clocks, args);
