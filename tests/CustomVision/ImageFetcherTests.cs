using System.Net;
using ClockFunctions.Core.Serving.CustomVision;
using ClockFunctions.Core.Settings;
using ClockFunctions.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ClockFunctions.Tests.CustomVision;

public class ImageFetcherTests
{
    private static readonly byte[] Photo = SomePhoto.Jpeg(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700:4700::1111", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.31.0.1", false)]
    [InlineData("192.168.0.1", false)]
    [InlineData("169.254.169.254", false)] // the instance metadata of a cloud
    [InlineData("168.63.129.16", false)] // Azure's own, inside of every virtual network
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("64:ff9b::7f00:1", false)] // wraps 127.0.0.1
    [InlineData("2002:7f00:1::", false)] // wraps 127.0.0.1
    public void OnlyAddressesOfTheInternetArePublic(string address, bool isPublic) =>
        Assert.Equal(isPublic, PublicAddress.Is(IPAddress.Parse(address)));

    [Fact]
    public async Task NothingIsFetchedUnlessASettingSaysSo()
    {
        using ImageFetcher fetcher = new(new ClassifierOptions());

        CustomVisionException refused = await RefusalAsync(fetcher, "https://example.com/a.jpg");

        Assert.Equal((501, "BadRequestOperationNotSupported"), (refused.Status, refused.Code));
    }

    [Theory]
    [InlineData("http://example.com/a.jpg", "It must begin with https://")]
    [InlineData("file:///etc/passwd", "It must begin with https://")]
    [InlineData("https://user:password@example.com/a.jpg", "It must begin with https://")]
    [InlineData("a.jpg", "It must begin with https://")]
    [InlineData("https://127.0.0.1/a.jpg", "Its address is not a public one.")]
    [InlineData("https://localhost/a.jpg", "Its address is not a public one.")]
    [InlineData("https://[::ffff:127.0.0.1]/a.jpg", "Its address is not a public one.")]
    [InlineData("https://2130706433/a.jpg", "Its address is not a public one.")]
    public async Task WhatTheCallerCouldNotReachItselfIsNotReachedForIt(string url, string why)
    {
        using ImageFetcher fetcher = new(Options());

        Assert.Contains(why, (await RefusalAsync(fetcher, url)).Message);
    }

    [Theory]
    [InlineData("photo", null)]
    [InlineData("redirect?n=3", null)]
    [InlineData("redirect?n=4", "redirects more than 3 times")]
    [InlineData("redirect-to-http", "It must begin with https://")]
    [InlineData("page", "It is no image.")]
    [InlineData("gone", "It answers 404.")]
    [InlineData("endless", "An image may have 100000 bytes.")]
    [InlineData("announced", "An image may have 100000 bytes.")]
    public async Task AnImageIsFetchedAndNothingElse(string path, string? why)
    {
        await using PhotoServer server = await PhotoServer.StartAsync(AnswerAsync);
        using ImageFetcher fetcher = new(Options(), _ => true, hash => hash == server.CertificateHash);
        string url = new Uri(server.Address, path).AbsoluteUri;

        if (why is null)
        {
            Assert.Equal(Photo, await fetcher.FetchAsync(url, Stop));
        }
        else
        {
            Assert.Contains(why, (await RefusalAsync(fetcher, url)).Message);
        }
    }

    [Fact]
    public async Task ARedirectToAPrivateAddressIsRefusedToo()
    {
        await using PhotoServer server = await PhotoServer.StartAsync(context =>
        {
            context.Response.Redirect("https://10.0.0.1/photo");
            return Task.CompletedTask;
        });
        using ImageFetcher fetcher = new(Options(), address => IPAddress.IsLoopback(address), hash => hash == server.CertificateHash);

        Assert.Contains("not a public one", (await RefusalAsync(fetcher, server.Address.AbsoluteUri)).Message);
    }

    private static ClassifierOptions Options() => new()
    {
        CustomVision = new() { FetchUrls = true },
        Images = new() { MaxBytes = 100_000 },
    };

    private static Task<CustomVisionException> RefusalAsync(ImageFetcher fetcher, string url) =>
        Assert.ThrowsAsync<CustomVisionException>(() => fetcher.FetchAsync(url, Stop));

    private static async Task AnswerAsync(HttpContext context)
    {
        HttpResponse response = context.Response;
        switch (context.Request.Path.Value)
        {
            case "/photo":
                response.ContentType = "image/jpeg";
                await response.Body.WriteAsync(Photo);
                break;
            case "/redirect":
                int n = int.Parse(context.Request.Query["n"]!, System.Globalization.CultureInfo.InvariantCulture);
                response.Redirect(n == 1 ? "/photo" : $"/redirect?n={n - 1}");
                break;
            case "/redirect-to-http":
                response.Redirect($"http://{context.Request.Host}/photo");
                break;
            case "/page":
                response.ContentType = "text/html";
                await response.WriteAsync("<html>");
                break;
            case "/announced":
                response.ContentType = "image/jpeg";
                response.ContentLength = 1_000_000;
                await response.Body.WriteAsync(new byte[1_000_000]);
                break;
            case "/endless":
                response.ContentType = "image/jpeg";
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await response.Body.WriteAsync(new byte[10_000], context.RequestAborted);
                }

                break;
            default:
                response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }
}
