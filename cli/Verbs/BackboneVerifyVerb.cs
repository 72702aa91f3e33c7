using System.CommandLine;
using ClockFunctions.Core.Backbones;

namespace ClockFunctions.Cli.Verbs;

/// <summary><c>clocks backbone verify [ID…]</c>.</summary>
internal static class BackboneVerifyVerb
{
    public static Command Create()
    {
        Argument<string[]> ids = new("ID")
        {
            Description = "Backbones or paths of spec files [default: all shipped and installed]",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string?> folder = BackboneVerb.Folder();
        Option<bool> json = BackboneVerb.JsonOutput();
        Command command = new("verify", "Check backbones' hashes and run them") { ids, folder, json };
        command.SetAction(parsed =>
        {
            BackboneCatalogue catalogue = BackboneVerb.Catalogue(parsed, folder);
            string[] wanted = parsed.GetValue(ids) is { Length: > 0 } named
                ? named
                : [.. catalogue.List().Where(listing => listing.State is not BackboneState.Known).Select(listing => listing.Id)];
            Verification[] results = [.. wanted.Select(id => Verify(catalogue, id))];
            if (parsed.GetValue(json))
            {
                Terminal.WriteJson(results);
            }
            else
            {
                foreach (Verification result in results)
                {
                    string features = result.HasClasses == false ? "  features alone" : "";
                    Console.WriteLine(
                        result.Problem is null ? $"{result.Id}  ok  {result.Sha256}{features}" : $"{result.Id}  ! {result.Problem}");
                }
            }

            return Array.TrueForAll(results, result => result.Problem is null) ? Terminal.Success : Terminal.Failure;
        });
        return command;
    }

    private static Verification Verify(BackboneCatalogue catalogue, string id)
    {
        try
        {
            BackboneSpec spec = catalogue.Verify(id);
            return new(id, spec.Sha256, spec.HasClasses, null);
        }
        catch (BackboneException e)
        {
            return new(id, null, null, e.Message);
        }
    }

    /// <param name="Id">Of the backbone.</param>
    /// <param name="Sha256">Of its file.</param>
    /// <param name="HasClasses">Whether it knows ImageNet's classes, so that a zero-shot head answers.</param>
    /// <param name="Problem">Why it cannot be used; null when it can.</param>
    private sealed record Verification(string Id, string? Sha256, bool? HasClasses, string? Problem);
}
