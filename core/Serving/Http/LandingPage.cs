using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>Both hosts' page for people, <c>index.html</c> beside this file: drop photos on it, see what serves.</summary>
public static class LandingPage
{
    private static readonly Lazy<(byte[] Page, string Policy)> Content = new(Read);

    /// <summary>Answers with the page.</summary>
    public static Task ServeAsync(HttpContext context) => Answer(context.Response).ExecuteAsync(context);

    /// <summary>The page, its policy set on the response: it may run its own script and ask this host, and nothing else.</summary>
    public static IResult Answer(HttpResponse response)
    {
        (byte[] page, string policy) = Content.Value;
        SecurityHeaders.Set(response);
        response.Headers.ContentSecurityPolicy = policy;
        return TypedResults.Bytes(page, "text/html; charset=utf-8");
    }

    private static (byte[], string) Read()
    {
        using StreamReader reader = new(typeof(LandingPage).Assembly.GetManifestResourceStream("index.html")!);
        string page = reader.ReadToEnd();
        string policy = $"default-src 'none'; script-src {Hash(page, "script")}; style-src {Hash(page, "style")}; img-src blob: data:; " +
            "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        return (Encoding.UTF8.GetBytes(page), policy);
    }

    /// <summary>What a browser computes of the one element of that name, so that no other inline code can ever run.</summary>
    private static string Hash(string page, string element)
    {
        int start = page.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        int end = page.IndexOf($"</{element}>", StringComparison.Ordinal);
        return $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(page[start..end])))}'";
    }
}
