using Azure;
using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Training.Coordination;
using ClockFunctions.Core.Training.Features;
using ClockFunctions.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace ClockFunctions.Tests.Training.Features;

public class UnreadableBlobTests(AzuriteFixture azurite)
{
    private const string Refused = "/training/clock/refused.jpg";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StorageFault.Forbidden403)]
    [InlineData(StorageFault.Archived409)]
    public async Task OneBlobThatTheStorageDoesNotGiveOutCostsThatBlob(StorageFault answer)
    {
        (TestStorage behind, TrainingImages images) = await FilledAsync();
        string fingerprint = images.Fingerprint;
        await images.PutAsync("clock/refused.jpg", DrawnImage.Clock(100), Stop);
        await using FickleStorage server = await FickleStorage.StartAsync(behind);
        server.Spoil(request => IsRefused(request) ? answer : StorageFault.None);
        await using TrainingHost host = new(server.Storage);

        TrainingOutcome outcome = await host.Coordinator.ReconcileAsync(Stop);

        Assert.Equal(TrainingOutcomeKind.Published, outcome.Result);
        Assert.Equal(fingerprint, await host.PublishedFingerprintAsync(Stop));
        Assert.Equal((40, 0), (outcome.Ingest!.Extracted, outcome.Ingest.Unusable));
        string? told = (await host.Get<TrainingStateBlob>().ReadAsync(Stop)).State.Unreadable;
        Assert.StartsWith("1 image cannot be read and will be tried again, because: clock/refused.jpg cannot be read now: ", told);
    }

    [Fact]
    public async Task AnArchivedBlobCostsThatBlobUntilItIsBack()
    {
        (TestStorage storage, TrainingImages images) = await FilledAsync();
        string fingerprint = images.Fingerprint;
        await images.PutAsync("clock/archived.jpg", DrawnImage.Clock(100), Stop);
        await storage["training"].GetBlobClient("clock/archived.jpg").SetAccessTierAsync(AccessTier.Archive, cancellationToken: Stop);
        await using TrainingHost host = new(storage);

        Assert.Equal(TrainingOutcomeKind.Published, (await host.Coordinator.ReconcileAsync(Stop)).Result);
        Assert.Equal(fingerprint, await host.PublishedFingerprintAsync(Stop));

        await storage["training"].GetBlobClient("clock/archived.jpg").SetAccessTierAsync(AccessTier.Hot, cancellationToken: Stop);
        await using TrainingHost later = new(storage);
        Assert.Equal(TrainingOutcomeKind.Published, (await later.Coordinator.ReconcileAsync(Stop)).Result);
        Assert.Equal(images.Fingerprint, await later.PublishedFingerprintAsync(Stop));
        Assert.Null((await later.Get<TrainingStateBlob>().ReadAsync(Stop)).State.Unreadable);
    }

    [Fact]
    public async Task ABlobThatCannotBeReadIsNotAskedForAgainAtOnce()
    {
        (TestStorage behind, TrainingImages images) = await FilledAsync();
        await images.PutAsync("clock/refused.jpg", DrawnImage.Clock(100), Stop);
        await using FickleStorage server = await FickleStorage.StartAsync(behind);
        server.Spoil(request => IsRefused(request) ? StorageFault.Forbidden403 : StorageFault.None);
        await using TrainingHost host = new(server.Storage);
        IReadOnlyList<TrainingBlob> listing = await host.Get<TrainingContainer>().ListAsync(Stop);

        IngestCount[] counts = [await IngestAsync(), await IngestAsync(), await IngestAsync()];

        Assert.All(counts, count => Assert.Equal(1, count.Unreadable));
        Assert.Single(
            server.Requests,
            request => request.StartsWith("GET ", StringComparison.Ordinal) && request.Contains(Refused, StringComparison.Ordinal));

        Task<IngestCount> IngestAsync() => host.Get<ImageIngest>().RunAsync(listing, Stop);
    }

    [Fact]
    public void ABlobIsTriedAgainAfterThePauseAndForgottenWithIt()
    {
        FakeTimeProvider time = new();
        UnreadableBlobs unreadable = new(time);
        TrainingBlob blob = new("clock/a.jpg", new ETag("\"1\""), 10);

        Assert.True(unreadable.Add(blob, "Archived."));
        Assert.True(unreadable.IsResting(blob));
        Assert.False(unreadable.IsResting(blob with { ETag = new ETag("\"2\"") }));
        Assert.False(unreadable.Add(blob, "Archived.")); // told before

        time.Advance(UnreadableBlobs.Pause);
        Assert.False(unreadable.IsResting(blob));
        Assert.Equal("Archived.", unreadable.ReasonFor(blob));

        unreadable.Keep([]);
        Assert.Null(unreadable.ReasonFor(blob));
    }

    [Fact]
    public async Task AStorageThatFailsAltogetherIsNotTakenForBlobsThatCannotBeRead()
    {
        (TestStorage behind, TrainingImages images) = await FilledAsync();
        await images.PutAsync("clock/refused.jpg", DrawnImage.Clock(100), Stop);
        await using FickleStorage server = await FickleStorage.StartAsync(behind);
        server.Spoil(request => IsRefused(request) ? StorageFault.Unauthorised401 : StorageFault.None);
        await using TrainingHost host = new(server.Storage);

        await Assert.ThrowsAsync<RequestFailedException>(() => host.Coordinator.ReconcileAsync(Stop));
    }

    private static bool IsRefused(HttpRequest request) =>
        request.Method == HttpMethods.Get && request.Path.Value!.EndsWith(Refused, StringComparison.Ordinal);

    private async Task<(TestStorage Storage, TrainingImages Images)> FilledAsync()
    {
        TestStorage storage = await azurite.NewStorageAsync();
        await new StorageContainers(storage.Client).EnsureAsync(Stop);
        TrainingImages images = new(storage);
        await images.AddAsync(from: 0, pairs: 20, Stop);
        return (storage, images);
    }
}
