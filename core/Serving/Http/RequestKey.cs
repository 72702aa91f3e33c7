using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>Keys that callers show in a header.</summary>
public static class RequestKey
{
    /// <summary>Whether the header holds the key, compared in constant time. Without a key nothing does.</summary>
    public static bool Holds(HttpRequest request, string header, string? key)
    {
        ArgumentNullException.ThrowIfNull(request);
        return !string.IsNullOrEmpty(key) && request.Headers[header] is [{ } given]
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(key));
    }
}
