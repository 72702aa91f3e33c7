using System.CommandLine;
using ClockFunctions.Distill.Views;

namespace ClockFunctions.Distill;

/// <summary><c>draw</c>: pictures of clocks and look-alikes for a corpus that has none.</summary>
public static class DrawVerb
{
    public static Command Create()
    {
        Option<string> output = new("--out", "-o") { Required = true, Description = "Folder to write to." };
        Option<string[]> photos = new("--photos") { DefaultValueFactory = _ => [], Description = "Folder of photos for backgrounds." };
        Option<string[]> exclude = new("--exclude")
        {
            DefaultValueFactory = _ => [],
            Description = "Folder of photos that must not be used, nor near-duplicates of them.",
        };
        Option<int> count = new("--count") { DefaultValueFactory = _ => 3000 };
        Option<int> seed = new("--seed") { DefaultValueFactory = _ => 1 };
        Command verb = new("draw", "Draws clocks, watches and look-alikes.") { output, photos, exclude, count, seed };
        verb.SetAction(parsed =>
        {
            IReadOnlyList<Photo> backgrounds = PhotoFolder.Without(
                PhotoFolder.List(parsed.GetRequiredValue(photos), Log.Line),
                PhotoFolder.List(parsed.GetRequiredValue(exclude), Log.Line));
            new DrawingFolder(backgrounds, parsed.GetValue(seed)).Write(parsed.GetRequiredValue(output), parsed.GetValue(count));
            Log.Line($"{parsed.GetValue(count)} drawings in {parsed.GetRequiredValue(output)}");
        });
        return verb;
    }
}
