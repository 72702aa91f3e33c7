using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Settings;
using Microsoft.Extensions.Configuration;

namespace ClockFunctions.Cli;

/// <summary>The settings to use a trained model with.</summary>
internal static class ModelSettings
{
    /// <summary>A model says what it was trained with, and that holds wherever the settings say nothing themselves.</summary>
    /// <param name="manifest">The model's.</param>
    /// <param name="options">The settings with their defaults.</param>
    /// <param name="configuration">
    /// What was set, which <paramref name="options"/> cannot tell: a setting may be given explicitly, and be the default.
    /// </param>
    public static ClassifierOptions For(HeadManifest manifest, ClassifierOptions options, IConfiguration configuration)
    {
        IConfigurationSection given = configuration.GetSection(ClassifierOptions.Section);
        bool isKnown = Enum.TryParse(manifest.Pipeline, ignoreCase: true, out Pipeline pipeline);
        return options with
        {
            Target = given[nameof(options.Target)] ?? manifest.Target,
            Backbone = given[nameof(options.Backbone)] ?? manifest.Backbone,
            Pipeline = given[nameof(options.Pipeline)] is null && isKnown ? pipeline : options.Pipeline,
        };
    }
}
