using System.Text.Json;
using ClockFunctions.Core.Storage;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Cli;

public sealed class PushAndModelsVerbTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clocks-push-").FullName;
    private TestStorage _storage = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await azurite.NewStorageAsync();
        for (int i = 0; i < 20; i++)
        {
            Write($"clock/{i:00}.jpg", DrawnImage.Clock(i));
            Write($"other/{i:00}.jpg", DrawnImage.Other(i));
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task PushSendsWhatIsMissingOrDifferentAndNothingTwice()
    {
        Assert.Equal((40, 0), await PushAsync());
        Assert.Equal((0, 40), await PushAsync());

        Write("clock/new.jpg", DrawnImage.Clock(100));
        Write("clock/00.jpg", DrawnImage.Clock(200));
        await _storage["training"].DeleteBlobAsync("other/05.jpg", cancellationToken: Stop);

        Assert.Equal((3, 38), await PushAsync());
        TrainingContainer training = new(new StorageContainers(_storage.Client));
        Assert.Equal(41, (await training.ListAsync(Stop)).Count);
        Assert.True((await training.FindAsync("clock/00.jpg", Stop))!.Holds(DrawnImage.Clock(200)));
        Assert.True(
            (await new TrainingStateBlob(new StorageContainers(_storage.Client), TimeProvider.System).ReadAsync(Stop)).State.IsDirty);
    }

    [Fact]
    public async Task PushFilesFlatNamesByTheirRule()
    {
        string flat = Path.Combine(_folder, "flat");
        Directory.CreateDirectory(flat);
        File.WriteAllBytes(Path.Combine(flat, "a.jpg"), DrawnImage.Clock(1));
        File.WriteAllBytes(Path.Combine(flat, "a_b.jpg"), DrawnImage.Other(1));

        CommandResult result = await RunAsync("push", flat, "--label-rule", "regex:_=other;*=clock");

        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("Uploaded 2 images", result.Output);
        Assert.Equal(
            ["clock/a.jpg", "other/a_b.jpg"],
                (await new TrainingContainer(new StorageContainers(_storage.Client)).ListAsync(Stop)).Select(b => b.Name));
    }

    [Theory]
    [InlineData("There is no folder", "push", "no-such-folder")]
    [InlineData("must be folder", "push", ".", "--label-rule", "nonsense")]
    [InlineData("--concurrency must be 1 to 256", "push", ".", "--concurrency", "0")]
    [InlineData("There is no version 20260101T000000Z-abcdef", "models", "publish", "20260101T000000Z-abcdef")]
    [InlineData("No version is current", "models", "show")]
    [InlineData("There is no version nonsense", "models", "show", "nonsense")]
    public async Task WrongUseIsExplained(string message, params string[] arguments)
    {
        CommandResult result = await RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Error);
    }

    [Fact]
    public async Task AStorageThatIsAwayIsSaidInOneLine()
    {
        CommandResult result = await Clocks.RunAsync("models", "list", "--storage", ServingHost.NoStorage);

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("clocks: The storage does not answer", result.Error);
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    [Fact]
    public async Task ModelsAreListedPublishedAndShownWithWhatTrainingWaitsFor()
    {
        Assert.StartsWith("No model was trained yet", (await RunAsync("models", "list")).Output);
        await PushAsync();
        await using TrainingHost host = new(_storage);
        string first = (await host.Coordinator.ReconcileAsync(Stop)).Version!;
        await _storage["training"].DeleteBlobAsync("other/05.jpg", cancellationToken: Stop);
        string second = (await host.Coordinator.ReconcileAsync(Stop)).Version!;

        JsonElement[] models = await ModelsAsync();
        Assert.Equal(
            [(second, "current"), (first, "published")],
                models.Select(m => (m.GetProperty("version").GetString()!, m.GetProperty("state").GetString()!)));
        Assert.Equal(0, (await RunAsync("models", "publish", first)).ExitCode);
        Assert.Equal(["published", "current"], (await ModelsAsync()).Select(m => m.GetProperty("state").GetString()!));
        Assert.Contains($"\"version\": \"{first}\"", (await RunAsync("models", "show")).Output);
        string page = Path.Combine(_folder, "report.html");
        Assert.Equal(0, (await RunAsync("models", "show", second, "--report", page)).ExitCode);
        Assert.Contains(second, File.ReadAllText(page));

        CommandResult refused = await RunAsync("models", "publish", second, "--set", "Pipeline=Crop");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("was trained on pipeline resize, not on crop", refused.Error);
        Assert.Contains("refused: ", (await RunAsync("models", "list", "--set", "Pipeline=Crop")).Output);

        await foreach (string name in NamesAsync("clock/"))
        {
            await _storage["training"].DeleteBlobAsync(name, cancellationToken: Stop);
        }

        await host.Coordinator.ReconcileAsync(Stop);
        Assert.Contains("Training waits for 1 more of 'clock'", (await RunAsync("models", "list")).Output);
    }

    private async Task<(int Uploaded, int Skipped)> PushAsync()
    {
        CommandResult result = await RunAsync("push", _folder, "--json");
        Assert.True(result.ExitCode == 0, result.Error);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        return (json.RootElement.GetProperty("uploaded").GetInt32(), json.RootElement.GetProperty("skipped").GetInt32());
    }

    private async Task<JsonElement[]> ModelsAsync()
    {
        using JsonDocument json = JsonDocument.Parse((await RunAsync("models", "list", "--json")).Output);
        return [.. json.RootElement.GetProperty("models").EnumerateArray().Select(m => m.Clone())];
    }

    private async IAsyncEnumerable<string> NamesAsync(string prefix)
    {
        foreach (TrainingBlob blob in await new TrainingContainer(new StorageContainers(_storage.Client)).ListAsync(Stop))
        {
            if (blob.Name.StartsWith(prefix, StringComparison.Ordinal))
            {
                yield return blob.Name;
            }
        }
    }

    private Task<CommandResult> RunAsync(params string[] arguments) => Clocks.RunAsync([
        .. arguments, "--storage", _storage.ConnectionString, "--backbone", TestBackbone.Id, "--set",
            $"BackboneFolder={TestBackbone.Folder}"]);

    private void Write(string name, byte[] content)
    {
        string file = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
    }
}
