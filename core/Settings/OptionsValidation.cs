using System.Collections;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace ClockFunctions.Core.Settings;

/// <summary>Checks the annotations of options and of every nested options record; all errors come in one message.</summary>
public sealed class OptionsValidation : IValidateOptions<ClassifierOptions>
{
    public ValidateOptionsResult Validate(string? name, ClassifierOptions options)
    {
        List<string> errors = [.. Errors(options, ClassifierOptions.Section)];
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(string.Join(" ", errors));
    }

    /// <summary>One sentence for each setting out of its range, starting with the setting's full name.</summary>
    public static IEnumerable<string> Errors(object options, string path)
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        foreach (ValidationResult result in results)
        {
            yield return $"{path}:{string.Join(",", result.MemberNames)}: {result.ErrorMessage}";
        }

        foreach (var property in options.GetType().GetProperties())
        {
            if (property.GetIndexParameters().Length == 0 && property.GetValue(options) is { } nested
                && nested is not (string or IEnumerable) && nested.GetType().Assembly == typeof(OptionsValidation).Assembly
                && !nested.GetType().IsEnum)
            {
                foreach (string error in Errors(nested, $"{path}:{property.Name}"))
                {
                    yield return error;
                }
            }
        }
    }
}
