using System.Globalization;
using System.Reflection;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Datasets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace ClockFunctions.Core.Settings;

/// <summary>
/// Reads <see cref="ClassifierOptions"/> from configuration. Unlike the framework's binder it refuses a
/// misspelt setting, and it reports every value that cannot be read or is out of range in one message.
/// </summary>
public static class OptionsBinding
{
    /// <param name="configuration">The root; the settings are in its section <see cref="ClassifierOptions.Section"/>.</param>
    /// <exception cref="OptionsValidationException">One or more settings are unknown, unreadable or out of range.</exception>
    public static ClassifierOptions Read(IConfiguration configuration)
    {
        List<string> errors = [];
        ClassifierOptions options = (ClassifierOptions)Bind(
            typeof(ClassifierOptions), configuration.GetSection(ClassifierOptions.Section), errors);
        errors.AddRange(OptionsValidation.Errors(options, ClassifierOptions.Section));
        AddIfUnreadable(errors, nameof(ClassifierOptions.TargetClasses), () => ClassSet.Parse(options.TargetClasses));
        AddIfUnreadable(
            errors, $"{nameof(ClassifierOptions.Training)}:{nameof(TrainingOptions.LabelRule)}",
            () => LabelRule.Parse(options.Training.LabelRule));
        return errors.Count == 0
            ? options
            : throw new OptionsValidationException(ClassifierOptions.Section, typeof(ClassifierOptions), errors);
    }

    /// <summary>Settings with a small language of their own are read once here, so that a wrong one is told at the start.</summary>
    private static void AddIfUnreadable(List<string> errors, string name, Action read)
    {
        try
        {
            read();
        }
        catch (FormatException e)
        {
            errors.Add($"{ClassifierOptions.Section}:{name}: {e.Message}");
        }
    }

    private static object Bind(Type type, IConfigurationSection section, List<string> errors)
    {
        object instance = Activator.CreateInstance(type)!;
        foreach (IConfigurationSection child in section.GetChildren())
        {
            PropertyInfo? property = type.GetProperty(child.Key, BindingFlags.IgnoreCase | BindingFlags.Public | BindingFlags.Instance);
            if (property is null)
            {
                errors.Add($"{child.Path}: there is no such setting.");
            }
            else if (IsNested(property.PropertyType))
            {
                property.SetValue(instance, Bind(property.PropertyType, child, errors));
            }
            else if (child.Value is { } text)
            {
                Set(instance, property, child.Path, text, errors);
            }
        }

        return instance;
    }

    private static bool IsNested(Type type) => type is { IsClass: true } && type.Assembly == typeof(OptionsBinding).Assembly;

    private static void Set(object instance, PropertyInfo property, string path, string text, List<string> errors)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        (object? value, string kind) = Parse(type, text);
        if (value is null)
        {
            errors.Add($"{path}: '{text}' is not {kind}.");
        }
        else
        {
            property.SetValue(instance, value);
        }
    }

    private static (object? Value, string Kind) Parse(Type type, string text)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        return type switch
        {
            _ when type == typeof(string) => (text, "text"),
            _ when type == typeof(int) =>
                (int.TryParse(text, NumberStyles.Integer, invariant, out int number) ? number : null, "a whole number"),
            _ when type == typeof(double) =>
                (double.TryParse(text, NumberStyles.Float, invariant, out double number) ? number : null, "a number"),
            _ when type == typeof(bool) => (bool.TryParse(text, out bool flag) ? flag : null, "true or false"),
            _ when type == typeof(TimeSpan) =>
                (TimeSpan.TryParse(text, invariant, out TimeSpan span) ? span : null, "a time span such as 00:00:02"),
            _ when type.IsEnum =>
                (Enum.TryParse(type, text, ignoreCase: true, out object? named) ? named : null,
                    $"one of {string.Join(", ", Enum.GetNames(type)).ToLowerInvariant()}"),
            _ => throw new NotSupportedException($"A setting of type {type.Name} cannot be read from configuration."),
        };
    }
}
