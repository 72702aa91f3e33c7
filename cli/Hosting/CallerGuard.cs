using System.Net;
using System.Security.Cryptography;
using System.Text;
using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Core.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace ClockFunctions.Cli.Hosting;

/// <summary>
/// Who may call the local host. It has no sign-in: it listens on this machine alone unless it is told otherwise, so what
/// remains is the web pages that a browser on this machine shows, and callers from elsewhere who want to publish.
/// </summary>
public static class CallerGuard
{
    private const string KeyHeader = "x-functions-key";

    /// <summary>Why a request is refused; null when it may go on.</summary>
    public static ProblemDetails? Refusal(HttpContext context, ServingOptions options)
    {
        HttpRequest request = context.Request;
        bool local = context.Connection.RemoteIpAddress is { } caller && IPAddress.IsLoopback(caller);

        // A page of another site may have its name resolve to 127.0.0.1 (DNS rebinding): its requests still bear that name.
        if (local && !IsThisMachine(request.Host.Host))
        {
            return Problems.Forbidden($"This host answers to localhost, not to {request.Host.Host}.");
        }

        // Any page may post across sites without asking; a browser then says where the page is from.
        if (request.Headers.Origin is [{ } origin] && !HttpMethods.IsGet(request.Method) && !IsSameOrigin(origin, request))
        {
            return Problems.Forbidden($"Pages of {origin} may not call this host.");
        }

        bool publishes = request.Path.StartsWithSegments($"/{ClassifierRoutes.Prefix}/{ClassifierRoutes.Models}")
            && HttpMethods.IsPost(request.Method);
        return publishes && !local && !HasKey(request, options.AdminKey)
            ? Problems.Forbidden(
                $"Publishing from another machine needs the key of setting Classifier:Serving:AdminKey in header {KeyHeader}.")
            : null;
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out _);

    private static bool IsSameOrigin(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri)
        && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);

    private static bool HasKey(HttpRequest request, string? key) =>
        !string.IsNullOrEmpty(key) && request.Headers[KeyHeader] is [{ } given]
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(key));
}
