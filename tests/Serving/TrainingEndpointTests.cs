using System.Net;
using System.Text.Json;
using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Serving;

public class TrainingEndpointTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnImageIsStoredOnceAndTheDatasetIsDirty()
    {
        TestStorage storage = await NewStorageAsync();
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString);
        byte[] image = SomePhoto.Jpeg();

        JsonElement added = await ServingHost.JsonAsync(await PutAsync(host, "clock/a b.jpg", image), 201);
        OpenApiSchema.AssertValid("TrainingImage", added);
        TrainingBlob first = Assert.Single(await ListAsync(storage));
        Assert.Equal("clock/a b.jpg", first.Name);
        Assert.True((await host.Service<TrainingStateBlob>().ReadAsync(Cancellation)).State.IsDirty);

        await ServingHost.JsonAsync(await PutAsync(host, "clock/a b.jpg", image), 200);
        Assert.Equal(first.ETag, Assert.Single(await ListAsync(storage)).ETag); // the same image again writes nothing

        await ServingHost.JsonAsync(await PutAsync(host, "clock/a b.jpg", SomePhoto.Jpeg(2)), 200);
        Assert.NotEqual(first.ETag, Assert.Single(await ListAsync(storage)).ETag);
    }

    [Fact]
    public async Task AnUnusableImageIsRefusedAndNothingIsStored()
    {
        TestStorage storage = await NewStorageAsync();
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString, ("Images:MaxBytes", "50000"));
        byte[] photo = SomePhoto.Jpeg();

        await ServingHost.ProblemAsync(await PutAsync(host, "clock/a.jpg", [1, 2, 3]), 415, "unknown-image-format");
        await ServingHost.ProblemAsync(await PutAsync(host, "clock/a.jpg", photo[..(photo.Length / 2)]), 400, "broken-image");
        await ServingHost.ProblemAsync(await PutAsync(host, "clock/a.jpg", []), 400, "no-image");
        await ServingHost.ProblemAsync(await PutAsync(host, "clock/a.jpg", new byte[50001]), 413, "too-large");
        await ServingHost.ProblemAsync(await PutAsync(host, "clock/a.jpg", photo, "text/plain"), 415, "unsupported-content-type");

        Assert.Empty(await ListAsync(storage));
        Assert.False((await host.Service<TrainingStateBlob>().ReadAsync(Cancellation)).State.IsDirty);
        Assert.Equal(0, host.Service<UploadBudget>().Held);
    }

    [Theory]
    [InlineData("clock/a%2Fb.jpg", "name")]
    [InlineData("clock/a%5Cb.jpg", "name")]
    [InlineData("clock/a.", "name")]
    [InlineData("clock/a%0Ab", "name")]
    [InlineData("clock/x%EF%BF%BE.jpg", "name")] // no XML can carry it: every listing would fail from then on
    [InlineData("clock/x%EF%BF%BF.jpg", "name")]
    [InlineData("clock/x%01.jpg", "name")]
    [InlineData("clock/%C2%85.jpg", "name")]
    [InlineData("clock%EF%BF%BE/a.jpg", "label")]
    [InlineData("clock./a.jpg", "label")]
    [InlineData("a%2Fb/c.jpg", "label")]
    public async Task NamesThatWouldNotComeBackAsTheyWentAreRefused(string path, string parameter)
    {
        TestStorage storage = await NewStorageAsync();
        await using ServingHost host = await ServingHost.StartAsync(storage.ConnectionString);

        JsonElement problem = await ServingHost.ProblemAsync(await PutAsync(host, path, SomePhoto.Jpeg()), 422, "invalid-parameter");

        Assert.Equal(parameter, problem.GetProperty("parameter").GetString());
        Assert.Empty(await ListAsync(storage));
    }

    [Fact]
    public async Task ALabelThatTheRuleWouldReadOtherwiseIsRefused()
    {
        TestStorage storage = await NewStorageAsync();
        await using ServingHost host = await ServingHost.StartAsync(
            storage.ConnectionString, ("Training:LabelRule", "regex:_=other;*=clock"));

        JsonElement problem = await ServingHost.ProblemAsync(
            await PutAsync(host, "clock/a_b.jpg", SomePhoto.Jpeg()), 422, "invalid-parameter");

        Assert.Equal("label", problem.GetProperty("parameter").GetString());
        Assert.Equal(HttpStatusCode.Created, (await PutAsync(host, "other/a_b.jpg", SomePhoto.Jpeg())).StatusCode);
    }

    private async Task<TestStorage> NewStorageAsync()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await new StorageContainers(storage.Client).EnsureAsync(Cancellation);
        return storage;
    }

    private static Task<IReadOnlyList<TrainingBlob>> ListAsync(TestStorage storage) =>
        new TrainingContainer(new StorageContainers(storage.Client)).ListAsync(Cancellation);

    private static Task<HttpResponseMessage> PutAsync(ServingHost host, string path, byte[] image, string contentType = "image/jpeg") =>
        host.Client.PutAsync($"/api/training/{path}", ServingHost.Content(image, contentType), Cancellation);
}
