using System.Net;
using ClockFunctions.Cli.Hosting;
using ClockFunctions.Core.Settings;
using Microsoft.AspNetCore.Http;

namespace ClockFunctions.Tests.Cli;

public class CallerGuardTests
{
    private const string Publish = "/api/models/20260101T000000Z-abcdef/publish";
    private const string Image = "/api/training/clock/a.jpg";

    [Theory]
    [InlineData("localhost:7071", null, true)]
    [InlineData("127.0.0.1:7071", null, true)]
    [InlineData("[::1]:7071", null, true)]
    [InlineData("evil.example:7071", null, false)] // its name resolves to this machine
    [InlineData("localhost:7071", "http://localhost:7071", true)]
    [InlineData("localhost:7071", "https://evil.example", false)]
    [InlineData("localhost:7071", "null", false)] // a page from a file, or sandboxed
    public void OnlyThisHostsOwnPagesMayPost(string host, string? origin, bool allowed) =>
        Assert.Equal(allowed, Guard().Refusal(Request("POST", "/api/score", host, origin)) is null);

    [Theory]
    [InlineData("127.0.0.1", null, null, true)]
    [InlineData("::ffff:127.0.0.1", null, null, true)] // as a socket of both families says it
    [InlineData("192.168.1.5", null, null, false)]
    [InlineData("192.168.1.5", "secret", null, false)]
    [InlineData("192.168.1.5", "secret", "guess", false)]
    [InlineData("192.168.1.5", "secret", "secret", true)]
    [InlineData("192.168.1.5", null, "", false)]
    public void WhateverChangesSomethingNeedsTheKeyFromAnotherMachine(string caller, string? setting, string? given, bool allowed)
    {
        foreach ((string method, string path) in ((string, string)[])[
            ("POST", Publish), ("PUT", Image), ("DELETE", Image), ("PATCH", "/api/score"), ("POST", "/api/score/more"), ("POST", "/")])
        {
            HttpContext request = Request(method, path, "10.0.0.1:7071", null, caller);
            if (given is not null)
            {
                request.Request.Headers["x-functions-key"] = given;
            }

            Assert.Equal(allowed, Guard(setting).Refusal(request) is null);
        }
    }

    [Theory]
    [InlineData("GET", "/api/models")]
    [InlineData("HEAD", "/api/health")]
    [InlineData("GET", "/")]
    [InlineData("POST", "/api/score")]
    [InlineData("POST", "/API/Score")]
    public void AnybodyWhoReachesTheHostMayReadAndScore(string method, string path) =>
        Assert.Null(Guard().Refusal(Request(method, path, "10.0.0.1:7071", null, "192.168.1.5")));

    [Theory]
    [InlineData("http://0.0.0.0:8080", "clocks.lan", false)]
    [InlineData("http://clocks.lan:8080", "clocks.lan", true)]
    [InlineData("http://127.0.0.1:1;http://CLOCKS.lan:8080", "clocks.lan", true)]
    [InlineData("http://clocks.lan:8080", "evil.example", false)]
    [InlineData("http://*:8080", "evil.example", false)]
    public void AHostAnswersToTheNamesThatItsAddressesGiveItWhoeverCalls(string urls, string host, bool allowed)
    {
        foreach (string caller in (string[])["127.0.0.1", "192.168.1.5"])
        {
            CallerGuard guard = new(new ServingOptions(), CallerGuard.NamesOf(urls));
            Assert.Equal(allowed, guard.Refusal(Request("GET", "/api/model", $"{host}:8080", null, caller)) is null);
        }
    }

    [Fact]
    public void AHostAnswersToTheNameOfItsMachine() => Assert.Null(
        new CallerGuard(new ServingOptions(), CallerGuard.NamesOf("http://0.0.0.0:8080"))
            .Refusal(Request("GET", "/api/model", Environment.MachineName, null, "192.168.1.5")));

    private static CallerGuard Guard(string? key = null) => new(new ServingOptions { AdminKey = key }, []);

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
