using System.Xml;

namespace ClockFunctions.Core.Storage;

/// <summary>
/// Which names of blobs this program makes and works with: those that a listing, which is XML, can carry, and that an address, which is
/// a URI, brings back as they are.
/// </summary>
/// <remarks>
/// The service itself takes more. What one listing cannot carry makes every listing fail on Azurite, for as long as the blob is there;
/// and <c>clock/../x</c> is listed under that name while its address is that of <c>x</c>. Whoever makes a name asks here first, and a
/// blob that has another name already is left out and counted.
/// </remarks>
public static class BlobName
{
    /// <summary>Characters that a name may have, as the service counts them.</summary>
    public const int Longest = 1024;

    /// <summary>Why a name cannot be used, as the rest of a sentence that begins with it; null when it can.</summary>
    public static string? Problem(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > Longest)
        {
            return $"does not have 1 to {Longest} characters";
        }

        if (!IsText(name))
        {
            return "holds a control character, or one that XML cannot carry";
        }

        if (name.Contains('\\', StringComparison.Ordinal))
        {
            return "holds a backslash, which a storage takes for a slash";
        }

        // A dot at the end of a segment is dropped on the way by some, and . and .. are resolved before anything is sent.
        foreach (Range segment in name.AsSpan().Split('/'))
        {
            if (name.AsSpan()[segment].EndsWith('.'))
            {
                return "has a part between slashes that ends with a dot";
            }
        }

        return null;
    }

    /// <summary>A name for a log or a page: what cannot be shown stands as U+FFFD.</summary>
    public static string Printable(string name) => string.Create(name.Length, name, static (shown, name) =>
    {
        for (int i = 0; i < name.Length; i++)
        {
            bool pair = i + 1 < name.Length && char.IsSurrogatePair(name[i], name[i + 1]);
            shown[i] = pair || IsText(name[i]) ? name[i] : '\uFFFD';
            if (pair)
            {
                shown[++i] = name[i];
            }
        }
    });

    private static bool IsText(string name)
    {
        for (int i = 0; i < name.Length; i++)
        {
            if (char.IsSurrogatePair(name, i))
            {
                i++;
            }
            else if (!IsText(name[i]))
            {
                return false;
            }
        }

        return true;
    }

    // A surrogate alone is no character of XML; a return would come back as a line feed.
    private static bool IsText(char one) => XmlConvert.IsXmlChar(one) && !char.IsControl(one);
}
