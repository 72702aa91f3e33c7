using System.CommandLine;
using ClockFunctions.Cli;

RootCommand clocks = new("clocks: an image classifier that trains itself")
{
};

return await Terminal.RunAsync(clocks, args);
