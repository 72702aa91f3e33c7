using ClockFunctions.Cli.CustomVision;
using ClockFunctions.Tests.Cli;
using ClockFunctions.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Tests.CustomVision;

public sealed class ProjectImagesTests(AzuriteFixture azurite) : IDisposable
{
    private static readonly Guid Project = Guid.Parse("6f9619ff-8b86-4d01-b42d-00cf4fc964ff");

    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-import-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AProjectOfThisServiceIsCopiedAndCopiedAgainOnlyWhereSomethingIsMissing()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await storage["training"].CreateIfNotExistsAsync(cancellationToken: Stop);
        TrainingImages images = new(storage);
        await images.AddAsync(0, 4, Stop);
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString);
        string[] arguments = ["import", "customvision", "--endpoint", new Uri(host.Address, "api").AbsoluteUri, "--training-key", "k",
            "--project", Project.ToString(), "-o", _folder, "--json"];

        CommandLine.Run first = await CommandLine.RunAsync(arguments);
        Assert.True(first.ExitCode == 0, first.Error);
        File.Delete(Directory.EnumerateFiles(Path.Combine(_folder, "clock")).First());
        CommandLine.Run second = await CommandLine.RunAsync(arguments);

        Assert.Equal((8, 0), (first.Json.GetProperty("copied").GetInt32(), first.Json.GetProperty("skipped").GetInt32()));
        Assert.Equal((1, 7), (second.Json.GetProperty("copied").GetInt32(), second.Json.GetProperty("skipped").GetInt32()));
        foreach (string label in (string[])["clock", "other"])
        {
            Assert.Equal(
                images.Images.Where(image => image.Key.StartsWith(label + "/", StringComparison.Ordinal))
                    .Select(image => Convert.ToHexString(image.Value)).Order(),
                Directory.GetFiles(Path.Combine(_folder, label)).Select(file => Convert.ToHexString(File.ReadAllBytes(file))).Order());
        }
    }

    [Fact]
    public async Task WhatCannotBeFiledUnderOneLabelIsToldAndTheKeyStaysWithTheService()
    {
        List<string> keys = [];
        int refusals = 2;
        await using WebApplication photos = await ServeAsync(async context =>
        {
            lock (keys)
            {
                keys.AddRange(context.Request.Headers["Training-Key"].OfType<string>());
            }

            context.Response.ContentType = "image/png";
            await context.Response.Body.WriteAsync(SomePhoto.Png(1));
        });
        string photo = $"{photos.Urls.Single()}/signed?sig=x";
        await using WebApplication service = await ServeAsync(async context =>
        {
            if (refusals-- > 0)
            {
                context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                context.Response.Headers.RetryAfter = "0";
                return;
            }

            // As the service answers, with what an import has no use for left in.
            await context.Response.WriteAsJsonAsync(new object[]
            {
                Image(1, photo, "clock"), Image(2, photo), Image(3, photo, "clock", "wall"),
                Image(4, photo, "../up"), Image(5, "", "clock"),
            });
        });
        using ProjectImages project = new(new Uri(service.Urls.Single() + "/"), "k", Project, 1_000_000);

        ImportResult result = await project.CopyAsync(_folder, null, Stop);

        Assert.Equal((1, 0), (result.Copied, result.Skipped));
        Assert.Equal($"{Id(1)}.png", Path.GetFileName(Assert.Single(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories))));
        Assert.Equal(
            [
                $"{Id(2)} has no tag.",
                $"{Id(3)} has 2 tags (clock, wall), and one label is what an image has here.",
                $"{Id(4)} has the tag '../up', which can be no folder's name.",
                $"{Id(5)} has no address.",
            ],
            result.Problems.Select(problem => $"{problem.Path} {problem.Reason}"));
        Assert.Empty(keys);
    }

    [Fact]
    public async Task AWrongKeyIsSaidInOneLine()
    {
        await using WebApplication service = await ServeAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });

        CommandLine.Run run = await CommandLine.RunAsync(
            "import", "customvision", "--endpoint", service.Urls.Single(), "--training-key", "k", "--project", Project.ToString(), "-o",
            _folder);

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            "clocks: 127.0.0.1 does not give the images of this project (401): are endpoint, key and project right?", run.Error.Trim());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    private static object Image(int number, string address, params string[] tags) => new
    {
        id = Id(number),
        created = "2026-01-02T03:04:05.678Z",
        width = 300,
        height = 200,
        resizedImageUri = address,
        thumbnailUri = address,
        originalImageUri = address,
        tags = tags.Select(tag => new { tagId = Guid.NewGuid(), tagName = tag, created = "2026-01-02T03:04:05.678Z" }),
    };

    private static async Task<WebApplication> ServeAsync(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return app;
    }
}
