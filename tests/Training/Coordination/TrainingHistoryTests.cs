using System.Text.Json;
using Azure.Storage.Blobs;
using ClockFunctions.Core;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Hosting;
using ClockFunctions.Core.Storage;
using ClockFunctions.Core.Training.Coordination;
using ClockFunctions.Tests.Support;
using CsCheck;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ClockFunctions.Tests.Training.Coordination;

/// <summary>
/// Random histories of a training container and two trainers: what is uploaded, replaced, moved and deleted, trainings that die before or
/// after any of their requests, lose their lease at any of them, or run beside each other. The trainers are the real ones, with the real
/// client library; the blobs are in memory (<see cref="MemoryBlobs"/>), as ten thousand storages take hours on Azurite.
/// </summary>
public class TrainingHistoryTests
{
    private const string Pointer = "models/heads/current.json";

    /// <summary>A training of a few images makes about seventy requests.</summary>
    private const int MostRequests = 80;

    private static readonly int Histories = Thorough.IsAsked ? 10_000 : 12;

    // Few names, so that images meet: replaced, moved onto each other, deleted and back again.
    private static readonly string[] Names = [.. Enumerable.Range(0, 12).Select(i => FormattableString.Invariant($"{LabelOf(i)}/{i}.jpg"))];

    private static readonly byte[][] Contents = [.. Enumerable.Range(0, 16).Select(i => DrawnImage.Of(LabelOf(i), i))];

    /// <summary>One for all instances: loading it is the dearest part of a history.</summary>
    private static readonly Lazy<Backbone> Loaded = new(() =>
    {
        (BackboneSpec spec, string file) = new BackboneCatalogue(TestBackbone.Folder).Resolve(TestBackbone.Id);
        return Backbone.Load(spec, file, new BackboneOptions { IntraOpThreads = 1 });
    });

    private static readonly Gen<Step> Steps = Gen.OneOf<Step>(
        Gen.Select(Gen.Int[0, Names.Length - 1], Gen.Int[0, Contents.Length - 1], (name, content) => (Step)new Upload(name, content)),
        Gen.Int[0, Names.Length - 1].Select(name => (Step)new Delete(name)),
        Gen.Select(Gen.Int[0, Names.Length - 1], Gen.Int[0, Names.Length - 1], (from, to) => (Step)new Move(from, to)),
        Gen.Int[0, 1].Select(trainer => (Step)new Train(trainer)),
        Gen.Const((Step)new TrainTogether()),
        Gen.Select(Gen.Int[0, 1], Gen.Int[1, MostRequests], Gen.Bool, (trainer, request, done) => (Step)new Die(trainer, request, done)),
        Gen.Select(Gen.Int[0, 1], Gen.Int[1, MostRequests], (trainer, request) => (Step)new LoseLease(trainer, request)),
        Gen.Const((Step)new WaitForLeases()));

    [Fact]
    public void NoImageIsLeftOutNothingIsPublishedTwiceAndWhatIsCurrentCanBeRead() =>
        Steps.Array[1, 12].Sample(steps => RunAsync(steps).GetAwaiter().GetResult(), iter: Histories);

    private static string LabelOf(int number) => number % 2 == 0 ? "clock" : "other";

    private static async Task RunAsync(IReadOnlyList<Step> steps)
    {
        await using History history = new();
        await history.BeginAsync();
        foreach (Step step in steps)
        {
            await history.TakeAsync(step);
        }

        await history.EndAsync();
    }

    private abstract record Step;

    private sealed record Upload(int Name, int Content) : Step;

    private sealed record Delete(int Name) : Step;

    private sealed record Move(int From, int To) : Step;

    private sealed record Train(int Trainer) : Step;

    private sealed record TrainTogether : Step;

    /// <summary>A trainer dies at one of its requests, which the storage has done or not.</summary>
    private sealed record Die(int Trainer, int Request, bool Done) : Step;

    private sealed record LoseLease(int Trainer, int Request) : Step;

    /// <summary>Time enough for the leases of the dead.</summary>
    private sealed record WaitForLeases : Step;

    private sealed class DiedException : Exception;

    /// <summary>One storage, what should be in it, and two trainers.</summary>
    private sealed class History : IAsyncDisposable
    {
        private readonly MemoryBlobs _blobs = new();
        private readonly BlobContainerClient _training;
        private readonly Dictionary<string, byte[]> _images = [];
        private readonly Trainer[] _trainers;
        private string? _current;
        private string? _wrong;

        public History()
        {
            _blobs.Written = Watch;
            _training = _blobs.Connect().GetBlobContainerClient("training");
            _trainers = [new Trainer(_blobs), new Trainer(_blobs)];
        }

        public async Task BeginAsync()
        {
            for (int i = 0; i < Names.Length - 2; i++)
            {
                await PutAsync(Names[i], Contents[i]);
            }
        }

        public async Task TakeAsync(Step step)
        {
            switch (step)
            {
                case Upload(var name, var content):
                    await PutAsync(Names[name], Contents[content]);
                    break;
                case Delete(var name):
                    await DeleteAsync(Names[name]);
                    break;
                case Move(var from, var to) when from != to && _images.TryGetValue(Names[from], out byte[]? content):
                    await PutAsync(Names[to], content);
                    await DeleteAsync(Names[from]);
                    break;
                case Train(var trainer):
                    await _trainers[trainer].TrainAsync();
                    break;
                case TrainTogether:
                    await Task.WhenAll(_trainers.Select(trainer => trainer.TrainAsync()));
                    break;
                case Die(var trainer, var request, var done):
                    await _trainers[trainer].DieAsync(request, done);
                    await _trainers[trainer].DisposeAsync();
                    _trainers[trainer] = new Trainer(_blobs);
                    break;
                case LoseLease(var trainer, var request):
                    await _trainers[trainer].LoseLeaseAsync(request);
                    break;
                case WaitForLeases:
                    _blobs.Advance(TrainingLease.Duration);
                    break;
            }

            Assert.Null(_wrong);
            await ReadCurrentAsync();
        }

        /// <summary>When all is quiet, one more look of anybody makes the model that the container asks for.</summary>
        public async Task EndAsync()
        {
            _blobs.Advance(TrainingLease.Duration);
            await using Trainer last = new(_blobs);
            await last.Coordinator.ReconcileAsync(CancellationToken.None);
            Assert.Null(_wrong);
            await ReadCurrentAsync();

            DatasetTraining training = last.Get<DatasetTraining>();
            (Dataset dataset, _, _) = await training.LookAsync(CancellationToken.None);
            TrainingState state = (await last.Get<TrainingStateBlob>().ReadAsync(CancellationToken.None)).State;
            Assert.Equal(TrainingImages.FingerprintOf(_images), dataset.Fingerprint);
            Assert.False(state.IsDirty);
            Assert.Equal(training.WaitsFor(dataset), state.Waiting);
            if (state.Waiting is null)
            {
                (string? version, bool unfinished) = await training.FindTrainedAsync(dataset.Fingerprint, CancellationToken.None);
                Assert.NotNull(version);
                Assert.False(unfinished);
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (Trainer trainer in _trainers)
            {
                await trainer.DisposeAsync();
            }
        }

        private async Task PutAsync(string name, byte[] content)
        {
            await _training.GetBlobClient(name).UploadAsync(new BinaryData(content), overwrite: true);
            _images[name] = content;
        }

        private async Task DeleteAsync(string name)
        {
            await _training.GetBlobClient(name).DeleteIfExistsAsync();
            _images.Remove(name);
        }

        /// <summary>Looks at the very moment when the pointer moves: is the version whole, and is it not the last dataset again?</summary>
        private void Watch(string name, byte[] content)
        {
            if (name != Pointer)
            {
                return;
            }

            HeadManifest? before = Manifest(_current);
            _current = JsonSerializer.Deserialize<HeadPointer>(content, Json.Compact)!.Version;
            HeadManifest? now = Manifest(_current);
            if (now is null || _blobs.Read($"models/heads/{_current}/{HeadDirectory.WeightsName}") is not { } weights)
            {
                _wrong = $"The pointer names {_current}, which is not whole.";
                return;
            }

            LearnedHead.Load(weights, now);
            if (before is not null && before.Version != now.Version && before.Fingerprint == now.Fingerprint)
            {
                _wrong = $"{before.Version} and {now.Version} were both published for {now.Fingerprint}.";
            }
        }

        private HeadManifest? Manifest(string? version) =>
            version is not null && _blobs.Read($"models/heads/{version}/{HeadDirectory.ManifestName}") is { } json
                ? JsonSerializer.Deserialize<HeadManifest>(json, Json.Compact) : null;

        /// <summary>As a scorer does that has just started.</summary>
        private async Task ReadCurrentAsync()
        {
            ModelRegistry registry = new(new StorageContainers(_blobs.Connect()), TimeProvider.System);
            CurrentHead current = await registry.Current.ReadAsync(known: null, CancellationToken.None);
            Assert.Null(current.Damage);
            Assert.Equal(_current, current.Head?.Version);
            if (current.Head is not null)
            {
                await registry.Versions.ReadHeadAsync(current.Head.Version, CancellationToken.None);
            }
        }
    }

    /// <summary>One instance: the real parts of the training side, as hosts register them.</summary>
    private sealed class Trainer : IAsyncDisposable
    {
        private readonly MemoryBlobs _blobs;
        private readonly ServiceProvider _services;
        private int _requests;
        private Action<int> _before = _ => { };
        private Action<int> _after = _ => { };

        public Trainer(MemoryBlobs blobs)
        {
            _blobs = blobs;
            Dictionary<string, string?> settings = new()
            {
                ["Classifier:Backbone"] = TestBackbone.Id,
                ["Classifier:BackboneFolder"] = TestBackbone.Folder,
                ["Classifier:Training:Views"] = "1",
                ["Classifier:Training:QuietPeriod"] = "00:00:00",
                ["Classifier:Training:GateTolerance"] = "0.5",
                ["Classifier:Training:ValidationFraction"] = "0.5",
                ["Classifier:Training:MinimumPerSide"] = "1",
                ["Classifier:Training:KeepVersions"] = "2",
            };
            _services = new ServiceCollection()
                .AddLogging()
                .AddClassifierCore(new ConfigurationBuilder().AddInMemoryCollection(settings).Build())
                .AddSingleton(blobs.Connect(
                    _ => _before(Interlocked.Increment(ref _requests)), _ => _after(Volatile.Read(ref _requests))))
                .AddSingleton(Loaded.Value)
                .BuildServiceProvider();
        }

        public TrainingCoordinator Coordinator => Get<TrainingCoordinator>();

        public T Get<T>()
            where T : notnull => _services.GetRequiredService<T>();

        public async Task TrainAsync()
        {
            try
            {
                await Coordinator.ReconcileAsync(CancellationToken.None);
            }
            catch (TrainingLeaseLostException)
            {
                // The dataset stays dirty for the next one.
            }
        }

        /// <summary>Trains, and has no connection any more from one request on.</summary>
        public async Task DieAsync(int request, bool done)
        {
            int last = _requests + request;
            bool dead = false;
            _before = number => Break(!done && number >= last);
            _after = number => Break(number >= last);
            try
            {
                await TrainAsync();
            }
            catch (Exception died) when (IsDeath(died))
            {
                // As was to be expected.
            }

            void Break(bool now)
            {
                dead |= now;
                if (dead)
                {
                    throw new DiedException();
                }
            }
        }

        /// <summary>Trains, and somebody breaks the lease before one request.</summary>
        public async Task LoseLeaseAsync(int request)
        {
            int at = _requests + request;
            _before = number =>
            {
                if (number == at)
                {
                    _blobs.BreakLease("models/training.lock");
                }
            };
            await TrainAsync();
            _before = _ => { };
        }

        public ValueTask DisposeAsync() => _services.DisposeAsync();

        private static bool IsDeath(Exception e) => e is DiedException || e.InnerException is { } inner && IsDeath(inner)
            || e is AggregateException all && all.InnerExceptions.All(IsDeath);
    }
}
