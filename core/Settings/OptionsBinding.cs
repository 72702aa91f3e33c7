using System.Reflection;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Datasets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace ClockFunctions.Core.Settings;

/// <summary>
/// Reads <see cref="ClassifierOptions"/> from configuration, and names everything that is wrong in one message: settings that do not
/// exist, values that cannot be read, and values out of range.
/// </summary>
/// <remarks>
/// The framework's binder can refuse unknown settings too (<see cref="BinderOptions.ErrorOnUnknownConfiguration"/>), but it throws at the
/// first error. So it is asked for one value at a time, and the walk over the settings is here.
/// </remarks>
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
            else if (child.Value is not null)
            {
                Set(instance, property, child, errors);
            }
        }

        return instance;
    }

    private static bool IsNested(Type type) => type is { IsClass: true } && type.Assembly == typeof(OptionsBinding).Assembly;

    private static void Set(object instance, PropertyInfo property, IConfigurationSection setting, List<string> errors)
    {
        try
        {
            property.SetValue(instance, setting.Get(property.PropertyType));
        }
        catch (InvalidOperationException)
        {
            Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            errors.Add($"{setting.Path}: '{setting.Value}' is not {Kind(type)}.");
        }
    }

    private static string Kind(Type type) => type switch
    {
        _ when type == typeof(int) => "a whole number",
        _ when type == typeof(double) => "a number",
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "a time span such as 00:00:02",
        _ when type.IsEnum => $"one of {string.Join(", ", Enum.GetNames(type)).ToLowerInvariant()}",
        _ => $"a {type.Name}",
    };
}
