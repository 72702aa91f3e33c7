using System.CommandLine;
using ClockFunctions.Core.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace ClockFunctions.Cli;

/// <summary>
/// The settings that a verb runs with: environment variables such as <c>Classifier__Target</c>, overruled by
/// the options that every verb takes, <c>--set NAME=VALUE</c> and <c>--backbone</c>, and by <see cref="Storage"/>.
/// </summary>
public static class Settings
{
    private const string StorageName = "AzureWebJobsStorage";

    /// <summary>Azurite with its well-known account, on this machine.</summary>
    private const string DevelopmentStorage = "UseDevelopmentStorage=true";

    private static readonly Option<string[]> Set = new("--set")
    {
        Description = "A setting for this run, such as Target=dog or Training:Views=5; repeatable",
        HelpName = "NAME=VALUE",
        Recursive = true,
    };

    private static readonly Option<string?> Backbone = new("--backbone")
    {
        Description = "The backbone: an id of `clocks backbone list`, or the path of a spec file",
        HelpName = "ID",
        Recursive = true,
    };

    /// <summary>For the verbs that use a storage: they add it to their options.</summary>
    public static Option<string?> Storage { get; } = new("--storage")
    {
        Description = "Connection string of the storage; default: setting AzureWebJobsStorage, or the development storage (Azurite)",
        HelpName = "CONNECTION",
    };

    /// <summary>Adds the options to every verb.</summary>
    public static void AddTo(RootCommand root)
    {
        root.Options.Add(Set);
        root.Options.Add(Backbone);
    }

    /// <summary>Every setting, including those that are not the classifier's own.</summary>
    /// <exception cref="UsageException">A <c>--set</c> is no assignment.</exception>
    public static IConfiguration Configuration(ParseResult parsed)
    {
        ConfigurationBuilder builder = new();
        Add(builder, parsed);
        return builder.Build();
    }

    /// <inheritdoc cref="Configuration"/>
    public static void Add(IConfigurationBuilder builder, ParseResult parsed)
    {
        Dictionary<string, string?> given = [];
        foreach (string assignment in parsed.GetValue(Set) ?? [])
        {
            int equals = assignment.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new UsageException($"--set takes NAME=VALUE, not '{assignment}'.");
            }

            string name = assignment[..equals].Replace("__", ":", StringComparison.Ordinal);
            string prefix = ClassifierOptions.Section + ":";
            given[name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? name : prefix + name] = assignment[(equals + 1)..];
        }

        if (parsed.GetValue(Backbone) is { } backbone)
        {
            given[$"{ClassifierOptions.Section}:{nameof(ClassifierOptions.Backbone)}"] = backbone;
        }

        if (parsed.GetValue(Storage) is { } storage)
        {
            given[StorageName] = storage;
        }

        builder.AddEnvironmentVariables().AddInMemoryCollection(given);
        if (!builder.Build().GetSection(StorageName).Exists())
        {
            builder.AddInMemoryCollection([KeyValuePair.Create(StorageName, (string?)DevelopmentStorage)]);
        }
    }

    /// <summary>The classifier's settings, checked.</summary>
    /// <exception cref="UsageException">Names every wrong one.</exception>
    public static ClassifierOptions Options(ParseResult parsed)
    {
        try
        {
            return OptionsBinding.Read(Configuration(parsed));
        }
        catch (OptionsValidationException e)
        {
            throw new UsageException(string.Join(Environment.NewLine + "clocks: ", e.Failures));
        }
    }
}
