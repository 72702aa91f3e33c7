using System.CommandLine;
using ClockFunctions.Core.Backbones;

namespace ClockFunctions.Cli.Verbs;

/// <summary><c>clocks backbone list</c>.</summary>
internal static class BackboneListVerb
{
    public static Command Create()
    {
        Option<string?> folder = BackboneVerb.Folder();
        Option<bool> json = BackboneVerb.JsonOutput();
        Command command = new("list", "Show the shipped, installed and known backbones") { folder, json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<BackboneListing> listings = BackboneVerb.Catalogue(parsed, folder).List();
            if (parsed.GetValue(json))
            {
                Terminal.WriteJson(listings);
                return;
            }

            Console.WriteLine($"{"ID",-20} {"STATE",-10} {"MB",6} {"FEATURES",8} {"MAP",-4} {"CLASSES",-8} LICENCE");
            foreach (BackboneListing listing in listings)
            {
                double? megabytes = (listing.Spec?.Bytes ?? listing.Known?.Bytes) / 1e6;
                int? width = listing.Spec?.FeatureWidth ?? listing.Known?.FeatureWidth;
                string map = listing.Spec is null ? "" : listing.Spec.FeatureMapTensor is null ? "no" : "yes";
                string classes = listing.Spec is null ? "" : listing.Spec.HasClasses ? "yes" : "no";
                string licence = listing.Spec?.Licence ?? listing.Known?.Licence ?? "";
                Console.WriteLine(
                    $"{listing.Id,-20} {listing.State.ToString().ToLowerInvariant(),-10} {megabytes,6:0.0} {width,8} {map,-4} " +
                    $"{classes,-8} {licence}" +
                    (listing.Problem is null ? "" : $"  ! {listing.Problem}"));
            }
        });
        return command;
    }
}
