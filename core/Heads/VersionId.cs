using System.Globalization;
using System.Text.RegularExpressions;

namespace ClockFunctions.Core.Heads;

/// <summary>Names of trained heads: <c>yyyyMMddTHHmmssZ-</c> and six hex digits of the fingerprint, so that they sort by time.</summary>
public static partial class VersionId
{
    /// <summary>The id of a head trained at this time (UTC is used) on data of this fingerprint.</summary>
    public static string Of(DateTimeOffset created, string fingerprint) =>
        created.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture) + "-" + fingerprint[..6];

    /// <summary>Whether the text has the form of a version id; nothing else may become part of a blob name or path.</summary>
    public static bool IsValid(string? text) => text is not null && Pattern().IsMatch(text);

    [GeneratedRegex("^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}\\z")]
    private static partial Regex Pattern();
}
