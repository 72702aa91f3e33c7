using ClockFunctions.Core.Serving.Http;
using Microsoft.AspNetCore.Http;

namespace ClockFunctions.Core.Serving.CustomVision;

/// <summary>Set as a feature of a request by a host that knows its caller: the local host, for callers on the same machine.</summary>
public sealed class TrustedCaller
{
    private TrustedCaller()
    {
    }

    public static void Mark(HttpContext context) => context.Features.Set(new TrustedCaller());

    /// <summary>Whether a request may pass: it is trusted, or shows the key. Without a key nobody else may.</summary>
    internal static bool May(HttpRequest request, string header, string? key) =>
        request.HttpContext.Features.Get<TrustedCaller>() is not null
        || RequestKey.Holds(request, header, key);
}
