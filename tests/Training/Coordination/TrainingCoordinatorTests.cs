using Azure;
using Azure.Storage.Blobs.Models;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Training.Coordination;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Training.Coordination;

public sealed class TrainingCoordinatorTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private TestStorage _storage = null!;
    private TrainingImages _images = null!;
    private TrainingHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await azurite.NewStorageAsync();
        await new StorageContainers(_storage.Client).EnsureAsync(Stop);
        _images = new TrainingImages(_storage);
        _host = new TrainingHost(_storage);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task AnEmptyContainerWaits()
    {
        TrainingOutcome outcome = await _host.Coordinator.ReconcileAsync(Stop);

        Assert.Equal(TrainingOutcomeKind.Waiting, outcome.Result);
        Assert.Equal(outcome.Reason, (await StateAsync()).Waiting);
        Assert.StartsWith("Training waits for", outcome.Reason);
    }

    [Fact]
    public async Task NothingIsSaidToBeWaitedForOnceTheContainerIsAsItWasTrainedOnAgain()
    {
        await _images.AddAsync(from: 0, pairs: 20, Stop);
        await _host.Coordinator.ReconcileAsync(Stop);
        KeyValuePair<string, byte[]>[] others =
            [.. _images.Images.Where(image => image.Key.StartsWith("other/", StringComparison.Ordinal))];
        foreach ((string name, _) in others)
        {
            await _images.DeleteAsync(name, Stop);
        }

        await _host.Coordinator.ReconcileAsync(Stop);
        Assert.NotNull((await StateAsync()).Waiting);
        foreach ((string name, byte[] content) in others)
        {
            await _images.PutAsync(name, content, Stop);
        }

        await _host.Coordinator.ReconcileAsync(Stop);

        Assert.Null((await StateAsync()).Waiting);
        Assert.Single(await _host.Registry.Versions.ListAsync(Stop));
    }

    [Fact]
    public async Task AVersionThatADeadTrainerBeganKeepsItsName()
    {
        await _images.AddAsync(from: 0, pairs: 20, Stop);
        string begun = $"{DateTimeOffset.UtcNow.AddHours(1):yyyyMMdd'T'HHmmss'Z'}-{_images.Fingerprint[..6]}";
        await _storage["models"].UploadBlobAsync($"heads/{begun}/report.json", BinaryData.FromString("half a version"), Stop);

        TrainingOutcome outcome = await _host.Coordinator.ReconcileAsync(Stop);

        Assert.Equal(TrainingOutcomeKind.Published, outcome.Result);
        Assert.True(string.CompareOrdinal(outcome.Version, begun) > 0, outcome.Version);
    }

    [Fact]
    public async Task OneClassWaitsAndSaysForWhat()
    {
        for (int i = 0; i < 30; i++)
        {
            await _images.PutAsync($"clock/{i}.jpg", DrawnImage.Clock(i), Stop);
        }

        TrainingOutcome outcome = await _host.Coordinator.ReconcileAsync(Stop);

        Assert.Equal(TrainingOutcomeKind.Waiting, outcome.Result);
        Assert.Contains("of other than 'clock'", outcome.Reason);
        TrainingState state = await StateAsync();
        Assert.Equal(30, state.Labels["clock"]);
        Assert.False(state.IsDirty);
        // The same again changes nothing, and is not even trained for.
        Assert.Equal(TrainingOutcomeKind.Clean, (await _host.Coordinator.ReconcileAsync(Stop)).Result);
    }

    [Fact]
    public async Task OneImageOfEachKindIsTrainedOnProvisionallyAndTheFirstThatIsNotReplacesIt()
    {
        await _images.AddAsync(from: 0, pairs: 1, Stop);

        TrainingOutcome first = await _host.Coordinator.ReconcileAsync(Stop);

        Assert.Equal(TrainingOutcomeKind.Published, first.Result);
        Assert.True((await _host.Registry.Versions.ReadManifestAsync(first.Version!, Stop)).Provisional);
        await _images.AddAsync(from: 1, pairs: 30, Stop);
        TrainingOutcome second = await _host.Coordinator.ReconcileAsync(Stop);
        HeadManifest manifest = await _host.Registry.Versions.ReadManifestAsync(second.Version!, Stop);
        Assert.Equal((TrainingOutcomeKind.Published, false, first.Version), (second.Result, manifest.Provisional, manifest.Parent));
        // The provisional head was trained on some of the images that the new one is judged on.
        Assert.Contains("of the zero-shot head", manifest.Reason);
    }

    [Fact]
    public async Task EnoughImagesArePublishedAndTheFingerprintCoversThemAll()
    {
        await _images.AddAsync(from: 0, pairs: 20, Stop);

        TrainingOutcome outcome = await _host.Coordinator.ReconcileAsync(Stop);

        Assert.Equal(TrainingOutcomeKind.Published, outcome.Result);
        Assert.Equal(40, outcome.Ingest!.Extracted);
        Assert.Equal(_images.Fingerprint, await _host.PublishedFingerprintAsync(Stop));
        (LearnedHead head, HeadManifest manifest) = await _host.Registry.Versions.ReadHeadAsync(outcome.Version!, Stop);
        Assert.Equal(8, head.FeatureWidth);
        Assert.True(manifest.Metrics.RocAuc.Value > 0.9, "The drawings are easy to tell apart.");
        Assert.StartsWith(
            "<!DOCTYPE html>", (await _host.Registry.Versions.ReadReportAsync(outcome.Version!, Stop)).ToString(),
            StringComparison.OrdinalIgnoreCase);
        Assert.Equal(outcome.Lease, await WriterAsync($"heads/{outcome.Version}/head.json"));
    }

    [Fact]
    public async Task WithPhotosEnoughAVersionSaysHowWellItTellsNovelOnes()
    {
        await _images.AddAsync(from: 0, pairs: 60, Stop);

        TrainingOutcome outcome = await _host.Coordinator.ReconcileAsync(Stop);

        (LearnedHead head, HeadManifest manifest) = await _host.Registry.Versions.ReadHeadAsync(outcome.Version!, Stop);
        Assert.Equal(120 - manifest.Metrics.Count, manifest.Novelty!.Count);
        Assert.Equal(manifest.Novelty.RocAuc > 0.85, head.Novelty is not null);
        string report = (await _host.Registry.Versions.ReadReportAsync(outcome.Version!, Stop)).ToString();
        Assert.Contains("It tells pictures that are no such photos", report);
        Assert.Equal(head.Novelty is not null, report.Contains("least like the photos it was trained on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OneImageMoreComputesOneImage()
    {
        await _images.AddAsync(from: 0, pairs: 20, Stop);
        await _host.Coordinator.ReconcileAsync(Stop);
        await _images.PutAsync("clock/new.jpg", DrawnImage.Clock(1000), Stop);

        Assert.Equal(1, (await _host.Coordinator.IngestAsync("clock/new.jpg", Stop)).Extracted);
        TrainingOutcome outcome = await _host.Coordinator.RunWhenDueAsync(Stop);

        Assert.Equal(TrainingOutcomeKind.Published, outcome.Result);
        Assert.Equal(0, outcome.Ingest!.New);
        Assert.Equal(_images.Fingerprint, await _host.PublishedFingerprintAsync(Stop));
    }

    [Fact]
    public async Task AnotherInstanceComputesNothingAgain()
    {
        await _images.AddAsync(from: 0, pairs: 20, Stop);
        await _host.Coordinator.ReconcileAsync(Stop);
        await using TrainingHost other = new(_storage);
        await _images.DeleteAsync("clock/000.jpg", Stop);

        TrainingOutcome outcome = await other.Coordinator.ReconcileAsync(Stop);

        Assert.Equal(TrainingOutcomeKind.Published, outcome.Result);
        Assert.Equal(0, outcome.Ingest!.New);
    }

    [Fact]
    public async Task FiftyImagesDroppedAtOnceByEightClientsAreAllInTheModel()
    {
        await using TrainingHost other = new(_storage);
        TrainingHost[] instances = [_host, other];
        (string Name, byte[] Content)[] drop = [.. Enumerable.Range(0, 50).Select(i =>
            i % 2 == 0 ? ($"clock/{i:00}.jpg", DrawnImage.Clock(i)) : ($"other/{i:00}.jpg", DrawnImage.Other(i)))];
        int next = -1;

        // As events come: each to some instance, which ingests and then tries to be the trainer.
        await Task.WhenAll(Enumerable.Range(0, 8).Select(client => Task.Run(async () =>
        {
            for (int i = Interlocked.Increment(ref next); i < drop.Length; i = Interlocked.Increment(ref next))
            {
                await _images.PutAsync(drop[i].Name, drop[i].Content, Stop);
                TrainingCoordinator coordinator = instances[i % 2].Coordinator;
                await coordinator.IngestAsync(drop[i].Name, Stop);
                await coordinator.RunWhenDueAsync(Stop);
            }
        }, Stop)));

        Assert.Equal(50, _images.Images.Count);
        Assert.Equal(_images.Fingerprint, await _host.PublishedFingerprintAsync(Stop));
        Assert.False((await StateAsync()).IsDirty);
        Assert.InRange((await _host.Registry.ListAsync(Stop)).Count, 1, 10);
    }

    [Fact]
    public async Task EventsTwiceLateAndOutOfOrderChangeNothing()
    {
        await _images.AddAsync(from: 0, pairs: 20, Stop);
        TrainingOutcome first = await _host.Coordinator.ReconcileAsync(Stop);
        Assert.Equal(TrainingOutcomeKind.Published, first.Result);

        foreach (string name in _images.Images.Keys.Reverse()
            .Concat(["clock/never-there.jpg", "nolabel.jpg", "clock/000.jpg", "clock/000.jpg"]))
        {
            Assert.Equal(0, (await _host.Coordinator.IngestAsync(name, Stop)).New);
        }

        TrainingOutcome again = await _host.Coordinator.RunWhenDueAsync(Stop);
        Assert.Equal(TrainingOutcomeKind.Unchanged, again.Result);
        Assert.Equal(first.Version, again.Version);
        Assert.Single(await _host.Registry.ListAsync(Stop));
        Assert.Equal(TrainingOutcomeKind.Clean, (await _host.Coordinator.RunWhenDueAsync(Stop)).Result);
    }

    [Fact]
    public async Task DeletedMovedAndReplacedImagesAreHonouredAtTheNextTraining()
    {
        await _images.AddAsync(from: 0, pairs: 20, Stop);
        await _host.Coordinator.ReconcileAsync(Stop);
        await _images.DeleteAsync("clock/003.jpg", Stop);
        await _images.MoveAsync("clock/004.jpg", "other/was-a-clock.jpg", Stop);
        await _images.PutAsync("other/005.jpg", DrawnImage.Other(500), Stop);

        TrainingOutcome outcome = await _host.Coordinator.ReconcileAsync(Stop);

        Assert.Equal(TrainingOutcomeKind.Published, outcome.Result);
        Assert.Equal((1, 1), (outcome.Ingest!.Reused, outcome.Ingest.Extracted));
        Assert.Equal(_images.Fingerprint, await _host.PublishedFingerprintAsync(Stop));
        HeadManifest manifest = await _host.Registry.Versions.ReadManifestAsync(outcome.Version!, Stop);
        Assert.Equal((18, 21), (manifest.LabelCounts["clock"], manifest.LabelCounts["other"]));
    }

    [Fact]
    public async Task UnusableBlobsAreQuarantinedOnceAndLeftOut()
    {
        await _images.AddAsync(from: 0, pairs: 20, Stop);
        string fingerprint = _images.Fingerprint;
        await _images.PutAsync("clock/notes – ü.txt", "not an image"u8.ToArray(), Stop);
        await _images.PutAsync("other/empty.jpg", [], Stop);
        await _images.PutAsync("other/cut.jpg", DrawnImage.Other(1)[..200], Stop);

        TrainingOutcome outcome = await _host.Coordinator.ReconcileAsync(Stop);

        Assert.Equal(3, outcome.Ingest!.Unusable);
        Assert.Equal(fingerprint, await _host.PublishedFingerprintAsync(Stop));
        Assert.Equal(3, (await StateAsync()).Unusable);
        BlobProperties copy = await _storage["quarantine"].GetBlobClient("clock/notes – ü.txt").GetPropertiesAsync(cancellationToken: Stop);
        Assert.NotEmpty(copy.Metadata["reason"]);
        await using TrainingHost other = new(_storage);
        Assert.Equal(0, (await other.Coordinator.IngestAsync("other/cut.jpg", Stop)).New);
        // Mended and uploaded again, it is taken.
        await _images.PutAsync("other/cut.jpg", DrawnImage.Other(1), Stop);
        Assert.Equal(1, (await other.Coordinator.IngestAsync("other/cut.jpg", Stop)).New);
    }

    [Fact]
    public async Task ATrainerThatDiedBeforeMovingThePointerIsFinishedForWithoutTrainingAgain()
    {
        await _images.AddAsync(from: 0, pairs: 20, Stop);
        TrainingOutcome first = await _host.Coordinator.ReconcileAsync(Stop);
        await _storage["models"].DeleteBlobAsync("heads/current.json", cancellationToken: Stop);
        await using TrainingHost restarted = new(_storage);

        TrainingOutcome outcome = await restarted.Coordinator.ReconcileAsync(Stop);

        Assert.Equal((TrainingOutcomeKind.Published, first.Version), (outcome.Result, outcome.Version));
        Assert.Single(await restarted.Registry.ListAsync(Stop));
    }

    [Fact]
    public async Task ADamagedPointerKeepsNobodyFromTraining()
    {
        await _images.AddAsync(from: 0, pairs: 20, Stop);
        string first = (await _host.Coordinator.ReconcileAsync(Stop)).Version!;
        await _storage["models"].GetBlobClient("heads/current.json").UploadAsync(BinaryData.FromString("{}"), overwrite: true, Stop);
        await _images.AddAsync(from: 20, pairs: 1, Stop);

        TrainingOutcome outcome = await _host.Coordinator.ReconcileAsync(Stop);

        Assert.Equal(TrainingOutcomeKind.Published, outcome.Result);
        // It was compared with the best there was, and that is what a rollback goes to.
        Assert.Equal(first, (await _host.Registry.Versions.ReadManifestAsync(outcome.Version!, Stop)).Parent);
        Assert.Equal(first, (await _host.Registry.Current.ReadAsync(known: null, Stop)).Head!.Previous);
    }

    [Fact]
    public async Task ARollbackStaysUntilTheDatasetChanges()
    {
        await _images.AddAsync(from: 0, pairs: 20, Stop);
        string first = (await _host.Coordinator.ReconcileAsync(Stop)).Version!;
        await _images.AddAsync(from: 20, pairs: 1, Stop);
        string second = (await _host.Coordinator.ReconcileAsync(Stop)).Version!;
        CurrentHead current = await _host.Registry.Current.ReadAsync(known: null, Stop);

        await _host.Registry.PublishAsync(first, current.ETag, _host.Get<BackboneSpec>(), Pipeline.Resize, Stop);

        Assert.Equal(TrainingOutcomeKind.Clean, (await _host.Coordinator.ReconcileAsync(Stop)).Result);
        await _host.Coordinator.MarkDirtyAsync(Stop);
        Assert.Equal(
            (TrainingOutcomeKind.Unchanged, second),
                (await _host.Coordinator.RunWhenDueAsync(Stop)) is var o ? (o.Result, o.Version!) : default);
        Assert.Equal(first, (await _host.Registry.Current.ReadAsync(known: null, Stop)).Head!.Version);
        await _images.AddAsync(from: 21, pairs: 1, Stop);
        TrainingOutcome third = await _host.Coordinator.ReconcileAsync(Stop);
        Assert.Equal(TrainingOutcomeKind.Published, third.Result);
        Assert.Equal(first, (await _host.Registry.Versions.ReadManifestAsync(third.Version!, Stop)).Parent);
    }

    [Fact]
    public async Task AnotherPipelineTrainsAnew()
    {
        await _images.AddAsync(from: 0, pairs: 20, Stop);
        await _host.Coordinator.ReconcileAsync(Stop);
        await using TrainingHost other = new(_storage, ("Pipeline", "crop"));

        TrainingOutcome outcome = await other.Coordinator.ReconcileAsync(Stop);

        Assert.Equal(TrainingOutcomeKind.Published, outcome.Result);
        HeadManifest manifest = await other.Registry.Versions.ReadManifestAsync(outcome.Version!, Stop);
        Assert.Equal(("crop", null), (manifest.Pipeline, manifest.Parent));
    }

    [Fact]
    public async Task ARegistryBelongsToATargetAndAServiceOfAnotherRefusesToTrain()
    {
        await _images.AddAsync(from: 0, pairs: 20, Stop);
        string version = (await _host.Coordinator.ReconcileAsync(Stop)).Version!;
        await using TrainingHost other = new(_storage, ("Target", "other"));

        // Nothing changed, and nothing is to be said.
        Assert.Equal(TrainingOutcomeKind.Clean, (await other.Coordinator.ReconcileAsync(Stop)).Result);
        await _images.AddAsync(from: 20, pairs: 1, Stop);
        await other.Coordinator.MarkDirtyAsync(Stop);
        ForeignRegistryException refused = await Assert.ThrowsAsync<ForeignRegistryException>(
            () => other.Coordinator.RunWhenDueAsync(Stop));

        Assert.StartsWith(
            "The models in this storage answer about 'clock', and the target of this service is 'other': it does not train here.",
            refused.Message);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Equal(refused.Message, (await StateAsync()).Error);
        Assert.Equal(version, Assert.Single(await _host.Registry.ListAsync(Stop)).Version);
        // What is due stays due for the service that the storage belongs to.
        Assert.Equal(TrainingOutcomeKind.Published, (await _host.Coordinator.RunWhenDueAsync(Stop)).Result);
    }

    [Fact]
    public async Task DamagedFeaturesAreComputedAgain()
    {
        await _images.AddAsync(from: 0, pairs: 20, Stop);
        await _host.Coordinator.ReconcileAsync(Stop);
        await foreach (BlobItem blob in _storage["models"].GetBlobsAsync(new GetBlobsOptions { Prefix = "features/" }, Stop))
        {
            await _storage["models"].GetBlobClient(blob.Name).UploadAsync(new BinaryData(new byte[300]), overwrite: true, Stop);
        }

        await _images.AddAsync(from: 20, pairs: 1, Stop);
        await using TrainingHost other = new(_storage);
        TrainingOutcome outcome = await other.Coordinator.ReconcileAsync(Stop);

        Assert.Equal(TrainingOutcomeKind.Published, outcome.Result);
        Assert.Equal(42, outcome.Ingest!.Extracted);
        Assert.Equal(_images.Fingerprint, await other.PublishedFingerprintAsync(Stop));
    }

    [Fact]
    public async Task ATrainingThatFailsIsSaidAndStaysDue()
    {
        await _images.AddAsync(from: 0, pairs: 20, Stop);
        await _images.PutAsync("clock/broken.jpg", [], Stop);
        await _storage["quarantine"].DeleteAsync(cancellationToken: Stop); // where the broken one must go
        await _host.Coordinator.MarkDirtyAsync(Stop);

        await Assert.ThrowsAsync<RequestFailedException>(() => _host.Coordinator.RunWhenDueAsync(Stop));

        TrainingState state = await StateAsync();
        Assert.NotNull(state.Error);
        Assert.True(state.IsDirty);
        await _storage["quarantine"].CreateAsync(cancellationToken: Stop);
        Assert.Equal(TrainingOutcomeKind.Published, (await _host.Coordinator.RunWhenDueAsync(Stop)).Result);
        Assert.Null((await StateAsync()).Error);
    }

    [Fact]
    public async Task WhyATrainingFailedIsToldInWordsThatAnybodyMayRead()
    {
        await _images.AddAsync(from: 0, pairs: 20, Stop);
        await using FickleStorage fickle = await FickleStorage.StartAsync(_storage);
        await using TrainingHost host = new(fickle.Storage);
        fickle.Spoil(request => request.Method == "PUT" && request.Path.Value!.EndsWith(HeadDirectory.WeightsName, StringComparison.Ordinal)
            ? StorageFault.Error503 : StorageFault.None);

        RequestFailedException failed = await Assert.ThrowsAsync<RequestFailedException>(() => host.Coordinator.ReconcileAsync(Stop));

        TrainingState state = await StateAsync();
        Assert.Equal("The storage answered with status 503; the log says more.", state.Error);
        Assert.NotEqual(failed.Message, state.Error);
        Assert.True(state.IsDirty);
    }

    [Fact]
    public async Task AFailureThatCannotBeNotedIsStillTheOneThatIsThrown()
    {
        await _images.AddAsync(from: 0, pairs: 20, Stop);
        await using FickleStorage fickle = await FickleStorage.StartAsync(_storage);
        await using TrainingHost host = new(fickle.Storage);
        await host.Coordinator.CheckAsync(Stop);
        await _images.PutAsync("clock/broken.jpg", [], Stop);
        await _storage["quarantine"].DeleteAsync(cancellationToken: Stop); // where the broken one must go
        fickle.Spoil(request => request.Method == "PUT" && request.Path.Value!.EndsWith("/training.state", StringComparison.Ordinal)
            ? StorageFault.EmptyXml500 : StorageFault.None);

        Assert.Equal(404, (await Assert.ThrowsAsync<RequestFailedException>(() => host.Coordinator.RunWhenDueAsync(Stop))).Status);
    }

    [Fact]
    public async Task AFileInTheRootHasNoLabelAndIsOnlyCounted()
    {
        await _images.AddAsync(from: 0, pairs: 20, Stop);
        await _storage["training"].UploadBlobAsync("readme.txt", BinaryData.FromString("hello"), Stop);

        await _host.Coordinator.ReconcileAsync(Stop);

        TrainingState state = await StateAsync();
        Assert.Equal((1, 0), (state.Unlabelled, state.Unusable));
    }

    private async Task<TrainingState> StateAsync() => (await _host.Get<TrainingStateBlob>().ReadAsync(Stop)).State;

    private async Task<string> WriterAsync(string name) =>
        (await _storage["models"].GetBlobClient(name).GetPropertiesAsync(cancellationToken: Stop)).Value.Metadata["writer"];
}
