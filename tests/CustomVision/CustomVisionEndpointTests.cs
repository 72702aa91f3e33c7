using System.Text.Json;
using ClockFunctions.Core.Serving.CustomVision;
using ClockFunctions.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ClockFunctions.Tests.CustomVision;

/// <summary>Callers that the host does not vouch for: those of another machine, and everybody in Azure.</summary>
public class CustomVisionEndpointTests(AzuriteFixture azurite)
{
    [Theory]
    [InlineData("", "anything", "v3.3", "training/projects", 404)] // without the setting there is nothing at these addresses
    [InlineData("secret", null, "v3.3", "training/projects", 401)]
    [InlineData("secret", "secre", "v3.3", "training/projects", 401)]
    [InlineData("secret", "secret", "v3.3", "training/projects", 200)]
    [InlineData("secret", "secret", "V3.4-Preview", "TRAINING/Projects", 200)]
    [InlineData("secret", "secret", "v2.0", "training/projects", 404)]
    [InlineData("secret", "secret", "v3.3", "training/nothing", 404)]
    [InlineData("secret", "secret", "v3.3", "training/projects/x", 400)]
    [InlineData("secret", "secret", "v3.3", "training/projects/6f9619ff-8b86-4d01-b42d-00cf4fc964ff/predictions/query", 501)]
    [InlineData("secret", "secret", "v3.1", "prediction/6f9619ff-8b86-4d01-b42d-00cf4fc964ff/classify/iterations/current/image", 404)]
    public async Task WhoShowsTheKeyIsAnsweredInTheirShape(string setting, string? key, string version, string path, int status)
    {
        (int answered, JsonElement body) = await AskAsync(
            [("CustomVision:TrainingKey", setting)], "GET", version, path, request => request.Headers["Training-Key"] = key);

        Assert.Equal(status, answered);
        if (status != 200)
        {
            Assert.Equal(["code", "message"], body.EnumerateObject().Select(property => property.Name));
        }
    }

    [Theory]
    [InlineData("10")]
    [InlineData("?take=257", 400)]
    [InlineData("?take=-1", 400)]
    [InlineData("?skip=x", 400)]
    [InlineData("?tagIds=x", 400)]
    public async Task WrongNumbersAndIdsAreTheCallersMistake(string query, int status = 200)
    {
        (int answered, _) = await AskAsync(
            [("CustomVision:TrainingKey", "k")], "GET", "v3.3", "training/projects/6f9619ff-8b86-4d01-b42d-00cf4fc964ff/images/tagged",
            request =>
            {
                request.Headers["Training-Key"] = "k";
                request.QueryString = new QueryString(query.StartsWith('?') ? query : $"?take={query}");
            });

        Assert.Equal(status, answered);
    }

    [Fact]
    public void AnIdIsTheSameForEverAndOfTheRightKind()
    {
        Guid id = CustomVisionId.Iteration("20260101T000000Z-abcdef");

        Assert.Equal(Guid.Parse("e4815483-29ef-820f-8bb3-efafe2f43ca0"), id);
        Assert.Equal((8, 0x80), (id.Version, id.ToByteArray(bigEndian: true)[8] & 0xC0));
        Assert.NotEqual(CustomVisionId.Tag("x"), CustomVisionId.Image("x"));
    }

    private async Task<(int Status, JsonElement Body)> AskAsync(
        (string, string)[] settings, string method, string version, string path, Action<HttpRequest> prepare)
    {
        await using TrainingHost host = new(await azurite.NewStorageAsync(), settings);
        DefaultHttpContext context = new() { RequestServices = host.Get<IServiceProvider>() };
        context.Request.Method = method;
        context.Request.Scheme = "https";
        context.Request.Host = new HostString("example.com");
        context.Request.Path = $"/api/customvision/{version}/{path}";
        context.Request.RouteValues = new() { ["version"] = version, ["path"] = path };
        using MemoryStream body = new();
        context.Response.Body = body;
        prepare(context.Request);

        IResult answer = await host.Get<CustomVisionEndpoints>().AnswerAsync(context.Request, TestContext.Current.CancellationToken);
        await answer.ExecuteAsync(context);

        return (context.Response.StatusCode, JsonDocument.Parse(body.ToArray()).RootElement);
    }
}
