using System.Net;
using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Core.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace ClockFunctions.Cli.Hosting;

/// <summary>
/// Who may call the local host. It has no sign-in: it listens on this machine alone unless it is told otherwise, so what
/// remains is the web pages that a browser shows, and callers from elsewhere who want to change something.
/// </summary>
/// <param name="options">The key.</param>
/// <param name="names">Names of this machine by which it may be called, beside localhost and any IP address.</param>
public sealed class CallerGuard(ServingOptions options, IReadOnlyCollection<string> names)
{
    private const string KeyHeader = "x-functions-key";
    private static readonly PathString[] OwnKeys = ["/customvision", $"/{ClassifierRoutes.Prefix}/customvision"];

    /// <summary>The names that addresses to listen on hold, such as <c>http://clocks.lan:8080</c>, and the machine's own.</summary>
    public static IReadOnlyCollection<string> NamesOf(string urls) =>
    [
        Environment.MachineName,
        .. urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(url => BindingAddress.Parse(url).Host),
    ];

    /// <summary>Why a request is refused; null when it may go on.</summary>
    public ProblemDetails? Refusal(HttpContext context)
    {
        HttpRequest request = context.Request;

        // A page of another site may have its name resolve to this machine (DNS rebinding): its requests still bear that name.
        if (!IsThisMachine(request.Host.Host))
        {
            return Problems.Forbidden(
                $"This host answers to localhost, to its address or to a name that --urls gives it, not to {request.Host.Host}.");
        }

        // Any page may post across sites without asking; a browser then says where the page is from.
        if (request.Headers.Origin is [{ } origin] && !HttpMethods.IsGet(request.Method) && !IsSameOrigin(origin, request))
        {
            return Problems.Forbidden($"Pages of {origin} may not call this host.");
        }

        return !ChangesNothing(request) && !IsLocal(context.Connection) && !RequestKey.Holds(request, KeyHeader, options.AdminKey)
            ? Problems.Forbidden(
                "Whoever publishes or adds training images from another machine needs the key of setting Classifier:Serving:AdminKey in " +
                $"header {KeyHeader}.")
            : null;
    }

    /// <summary>Whether a request reads or scores. Whatever else there is, now or later, is taken for a change.</summary>
    private static bool ChangesNothing(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
        || (HttpMethods.IsPost(request.Method)
            && request.Path.Equals($"/{ClassifierRoutes.Prefix}/{ClassifierRoutes.Score}", StringComparison.OrdinalIgnoreCase))
        || OwnKeys.Any(path => request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase)); // they ask for other keys

    /// <summary>Whether the caller is on this machine.</summary>
    public static bool IsLocal(ConnectionInfo connection) =>
        connection.RemoteIpAddress is { } caller && IPAddress.IsLoopback(caller);

    private bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out _)
        || names.Contains(host, StringComparer.OrdinalIgnoreCase);

    private static bool IsSameOrigin(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out Uri? uri)
        && uri.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);
}
