using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>
/// Reads <c>head</c>, <c>threshold</c> and <c>explain</c> of a query; other parameters (a function key, say) are not looked at.
/// </summary>
internal static class ScoreQuery
{
    /// <returns>The options, or the problem that names the first parameter that cannot be used.</returns>
    public static (ScoreOptions Options, ProblemDetails? Problem) Parse(IQueryCollection query)
    {
        ScoreOptions options = ScoreOptions.Default;
        if (!TryOne(query, "head", out string? head))
        {
            return (options, Twice("head"));
        }

        if (head is not null)
        {
            HeadKind? kind = head switch { "learned" => HeadKind.Learned, "summed" => HeadKind.Summed, "topk" => HeadKind.TopK, _ => null };
            if (kind is null)
            {
                return (options, Problems.InvalidParameter("head", $"head must be learned, summed or topk, not '{head}'."));
            }

            options = options with { Head = kind };
        }

        if (!TryOne(query, "threshold", out string? threshold))
        {
            return (options, Twice("threshold"));
        }

        if (threshold is not null)
        {
            if (!double.TryParse(
                threshold, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double value)
                    || value is not (>= 0 and <= 1))
            {
                return (options, Problems.InvalidParameter("threshold", $"threshold must be a number from 0 to 1, not '{threshold}'."));
            }

            options = options with { Threshold = value };
        }

        if (!TryOne(query, "explain", out string? explain))
        {
            return (options, Twice("explain"));
        }

        return explain switch
        {
            null or "false" => (options, null),
            "true" => (options with { Explain = true }, null),
            _ => (options, Problems.InvalidParameter("explain", $"explain must be true or false, not '{explain}'.")),
        };
    }

    private static bool TryOne(IQueryCollection query, string name, out string? value)
    {
        StringValues values = query[name];
        value = values.Count == 1 ? values[0] : null;
        return values.Count <= 1;
    }

    private static ProblemDetails Twice(string name) => Problems.InvalidParameter(name, $"{name} is given more than once.");
}
