using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace ClockFunctions.Bench.Service;

/// <summary><c>clocks serve</c> as a process of its own on a storage, and what its trainer's log says.</summary>
public sealed class ClocksService : IAsyncDisposable
{
    /// <summary>The first training of some thousand images on a busy machine, many times over.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly ServiceLog _log;

    private ClocksService(ServerProcess process, ServiceLog log)
    {
        (Process, _log) = (process, log);
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{process.Port}") };
    }

    public ServerProcess Process { get; }

    public HttpClient Client { get; }

    /// <param name="options">The backbone.</param>
    /// <param name="storage">Where it works.</param>
    /// <param name="settings">
    /// Names within section <c>Classifier</c>, such as <c>Training__QuietPeriod</c>, or of the runtime: <c>DOTNET_…</c>.
    /// </param>
    /// <exception cref="InvalidOperationException">It was not ready within 60 s.</exception>
    public static async Task<ClocksService> StartAsync(BenchOptions options, TemporaryStorage storage, params (string Name, string Value)[] settings)
    {
        ServiceLog log = new();
        string clocks = Path.Combine(AppContext.BaseDirectory, "clocks.dll");
        ServerProcess process = await ServerProcess.StartAsync(
            "dotnet",
            port => [clocks, "serve", "--port", port.ToString(CultureInfo.InvariantCulture), "--storage", storage.ConnectionString, "--backbone", options.Backbone, "--json"],
            settings.ToDictionary(
                setting => setting.Name.StartsWith("DOTNET_", StringComparison.Ordinal) ? setting.Name : $"Classifier__{setting.Name}",
                setting => setting.Value),
            log.Read);
        return new ClocksService(process, log);
    }

    /// <summary>Images whose features it has computed, as far as it has said so: at the end of each sweep.</summary>
    public int Computed => _log.Computed;

    /// <summary>The next training that saw this many images, published or held.</summary>
    /// <exception cref="InvalidOperationException">Training waits for more images, or for more of a label.</exception>
    /// <exception cref="TimeoutException">It did not come within 10 minutes.</exception>
    public async Task<TrainingLine> TrainedAsync(int images)
    {
        while (true)
        {
            TrainingLine line = await LookedAtAsync(images);
            switch (line.Outcome)
            {
                case "Published" or "Held":
                    return line;
                case "Waiting":
                    throw new InvalidOperationException($"{images} images are too few, or too few of them of one label.");
            }
        }
    }

    /// <summary>The first look of the trainer that began after a moment, whatever it looked at and whatever came of it.</summary>
    public async Task<TrainingLine> LookAfterAsync(DateTimeOffset moment)
    {
        TrainingLine line;
        do
        {
            line = await _log.Trainings.Reader.ReadAsync();
        }
        while (line.Started < moment);
        return line;
    }

    /// <summary>The next look of the trainer at a dataset of this many images, whatever came of it.</summary>
    /// <exception cref="TimeoutException">It did not come within 10 minutes.</exception>
    public async Task<TrainingLine> LookedAtAsync(int images)
    {
        using CancellationTokenSource limit = new(Patience);
        try
        {
            TrainingLine line;
            do
            {
                line = await _log.Trainings.Reader.ReadAsync(limit.Token);
            }
            while (line.Images != images);
            return line;
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"No look at {images} images within {Patience.TotalMinutes} minutes.", e);
        }
    }

    /// <summary>Version of the model that serves.</summary>
    public async Task<string> ServedAsync() =>
        (await Client.GetFromJsonAsync<JsonElement>(new Uri("/api/model", UriKind.Relative))).GetProperty("version").GetString()!;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Process.DisposeAsync();
    }
}
