using System.Net;
using ClockFunctions.Cli.Hosting;
using ClockFunctions.Core.Settings;
using Microsoft.AspNetCore.Http;

namespace ClockFunctions.Tests.Cli;

public class CallerGuardTests
{
    private const string Publish = "/api/models/20260101T000000Z-abcdef/publish";

    [Theory]
    [InlineData("localhost:7071", null, true)]
    [InlineData("127.0.0.1:7071", null, true)]
    [InlineData("[::1]:7071", null, true)]
    [InlineData("evil.example:7071", null, false)] // its name resolves to this machine
    [InlineData("localhost:7071", "http://localhost:7071", true)]
    [InlineData("localhost:7071", "https://evil.example", false)]
    [InlineData("localhost:7071", "null", false)] // a page from a file, or sandboxed
    public void OnlyThisHostsOwnPagesMayPost(string host, string? origin, bool allowed) =>
        Assert.Equal(allowed, CallerGuard.Refusal(Request("POST", "/api/score", host, origin), new ServingOptions()) is null);

    [Theory]
    [InlineData("127.0.0.1", null, null, true)]
    [InlineData("192.168.1.5", null, null, false)]
    [InlineData("192.168.1.5", "secret", null, false)]
    [InlineData("192.168.1.5", "secret", "guess", false)]
    [InlineData("192.168.1.5", "secret", "secret", true)]
    [InlineData("192.168.1.5", null, "", false)]
    public void PublishingFromAnotherMachineNeedsTheKey(string caller, string? setting, string? given, bool allowed)
    {
        HttpContext request = Request("POST", Publish, "localhost:7071", null, caller);
        if (given is not null)
        {
            request.Request.Headers["x-functions-key"] = given;
        }

        Assert.Equal(allowed, CallerGuard.Refusal(request, new ServingOptions { AdminKey = setting }) is null);
    }

    [Fact]
    public void AnybodyWhoReachesTheHostMayReadAndScore()
    {
        Assert.Null(CallerGuard.Refusal(Request("GET", "/api/models", "clocks.lan", null, "192.168.1.5"), new ServingOptions()));
        Assert.Null(CallerGuard.Refusal(Request("POST", "/api/score", "clocks.lan", null, "192.168.1.5"), new ServingOptions()));
    }

    private static DefaultHttpContext Request(string method, string path, string host, string? origin, string caller = "127.0.0.1")
    {
        DefaultHttpContext context = new();
        context.Connection.RemoteIpAddress = IPAddress.Parse(caller);
        context.Request.Method = method;
        context.Request.Path = path;
        context.Request.Host = new HostString(host);
        if (origin is not null)
        {
            context.Request.Headers.Origin = origin;
        }

        return context;
    }
}
