using Microsoft.AspNetCore.Http;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>Headers of every answer: nothing is guessed, framed, cached or told to other sites.</summary>
internal static class SecurityHeaders
{
    public static void Set(HttpResponse response) => Set(response.Headers);

    public static void Set(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers.CacheControl = "no-store";
    }
}
