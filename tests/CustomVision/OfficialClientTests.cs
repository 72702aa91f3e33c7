using System.Text.Json;
using ClockFunctions.Core.Serving.CustomVision;
using ClockFunctions.Core.Settings;
using ClockFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ClockFunctions.Tests.CustomVision;

/// <summary>The official clients, unchanged, against the real local host and a real Azurite.</summary>
public sealed class OfficialClientTests(AzuriteFixture azurite) : IDisposable
{
    private const string Project = "11111111-2222-3333-4444-555555555555"; // as it was called before it moved here
    private const int PhotosATag = 30;

    private readonly string _photos = Directory.CreateTempSubdirectory("clocks-customvision-").FullName;

    [Fact]
    public async Task TheyMoveOverByChangingTheirEndpoint()
    {
        NodePackages clients = NodePackages.CustomVisionClients;
        await clients.EnsureAsync();
        TestStorage storage = await azurite.NewStorageAsync();
        WritePhotos();
        byte[] photo = DrawnImage.Clock(1);
        await using PhotoServer server = await PhotoServer.StartAsync(async context =>
        {
            context.Response.ContentType = "image/jpeg";
            await context.Response.Body.WriteAsync(photo);
        });
        await using ServingHost host = await ServingHost.StartWatchingAsync(
            storage.ConnectionString,
            services => services.AddSingleton(provider => new ImageFetcher(
                provider.GetRequiredService<ClassifierOptions>(), _ => true, hash => hash == server.CertificateHash)),
            ("CustomVision:FetchUrls", "true"), ("Training:QuietPeriod", "00:00:01"), ("Training:GateTolerance", "0.5"));

        string output = await NodePackages.RunAsync(
            "node", clients.Folder, "journey.js", host.Address.AbsoluteUri.TrimEnd('/'), Project, _photos,
            new Uri(server.Address, "photo.jpg").AbsoluteUri);
        JsonElement said = JsonDocument.Parse(output).RootElement;

        ApprovedShape.AssertEqual(said, "tests", "CustomVision", "answers.approved.txt");
        Assert.Equal("clock", Assert.Single(said.GetProperty("projects").EnumerateArray()).GetProperty("name").GetString());
        AssertPrediction(said.GetProperty("before"), "clock", "Negative"); // zero-shot: before anything was trained
        AssertError(said.GetProperty("unknown"), 404, "NotFoundIteration");
        AssertError(said.GetProperty("broken"), 400, "BadRequestImageFormat");
        AssertError(said.GetProperty("twice"), 400, "BadRequestTagNameNotUnique");
        Assert.All(
            said.GetProperty("uploads").EnumerateArray(), upload => Assert.True(upload.GetProperty("isBatchSuccessful").GetBoolean()));
        Assert.Equal("OKDuplicate", said.GetProperty("again").GetProperty("images")[0].GetProperty("status").GetString());
        Assert.Equal(
            [("clock", "Regular", PhotosATag), ("other", "Negative", PhotosATag)],
            said.GetProperty("tags").EnumerateArray().Select(tag => (
                tag.GetProperty("name").GetString()!, tag.GetProperty("type").GetString()!, tag.GetProperty("imageCount").GetInt32())));
        Assert.Equal(2 * PhotosATag, said.GetProperty("count").GetInt32());
        Assert.Equal(5, said.GetProperty("page").GetArrayLength());
        Assert.Equal("Training", said.GetProperty("started").GetProperty("status").GetString());
        JsonElement iteration = said.GetProperty("iteration");
        Assert.Equal("Completed", iteration.GetProperty("status").GetString());
        Assert.Equal(said.GetProperty("started").GetProperty("id").GetString(), iteration.GetProperty("id").GetString());
        Assert.InRange(said.GetProperty("performance").GetProperty("recall").GetDouble(), 0, 1);
        Assert.True(said.GetProperty("published").GetBoolean());
        AssertError(said.GetProperty("taken"), 400, "BadRequestInvalidPublishName");
        foreach (string call in (string[])["classified", "notStored", "fromUrl", "fromUrlNotStored"])
        {
            AssertPrediction(said.GetProperty(call), "clock", "other");
            Assert.Equal(Project, said.GetProperty(call).GetProperty("project").GetString());
        }

        AssertError(said.GetProperty("insecureUrl"), 400, "BadRequestImageUrl");
        Assert.Equal("my model", said.GetProperty("iterations")[0].GetProperty("publishName").GetString());
        AssertError(said.GetProperty("unpublished"), 404, "NotFoundIteration");
        Assert.Equal((2 * PhotosATag) - 1, said.GetProperty("left").GetInt32());
        AssertError(said.GetProperty("unsupported"), 501, "BadRequestOperationNotSupported");
    }

    public void Dispose() => Directory.Delete(_photos, recursive: true);

    private void WritePhotos()
    {
        foreach ((string label, Func<int, byte[]> draw) in (ReadOnlySpan<(string, Func<int, byte[]>)>)
            [("clock", i => DrawnImage.Clock(i)), ("other", i => DrawnImage.Other(i))])
        {
            string folder = Directory.CreateDirectory(Path.Combine(_photos, label)).FullName;
            for (int i = 0; i < PhotosATag; i++)
            {
                File.WriteAllBytes(Path.Combine(folder, $"{i}.jpg"), draw(i));
            }
        }
    }

    /// <summary>The official shape, both tags, the most probable first, and probabilities that sum to 1.</summary>
    private static void AssertPrediction(JsonElement answer, string target, string complement)
    {
        Assert.Equal(
            ["created", "id", "iteration", "predictions", "project"],
            answer.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
        JsonElement[] predictions = [.. answer.GetProperty("predictions").EnumerateArray()];
        Assert.All(predictions, prediction => Assert.Equal(
            ["probability", "tagId", "tagName", "tagType"],
            prediction.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal)));
        Assert.Equal(
            [$"{complement} Negative", $"{target} Regular"],
            predictions.Select(one => $"{one.GetProperty("tagName").GetString()} {one.GetProperty("tagType").GetString()}")
                .OrderBy(text => text.EndsWith("Regular", StringComparison.Ordinal)));
        double[] probabilities = [.. predictions.Select(one => one.GetProperty("probability").GetDouble())];
        Assert.Equal(probabilities.OrderDescending(), probabilities);
        Assert.Equal(1, probabilities.Sum(), 5); // each is rounded to six decimals
    }

    private static void AssertError(JsonElement error, int status, string code)
    {
        Assert.Equal((status, code), (error.GetProperty("status").GetInt32(), error.GetProperty("code").GetString()));
        Assert.False(string.IsNullOrEmpty(error.GetProperty("message").GetString()));
    }
}
