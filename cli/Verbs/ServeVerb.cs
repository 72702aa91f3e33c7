using System.CommandLine;
using Azure.Storage.Blobs;
using ClockFunctions.Cli.Hosting;
using ClockFunctions.Core.Serving;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ClockFunctions.Cli.Verbs;

/// <summary><c>clocks serve</c>: the HTTP API, and the watcher that trains and scores what lands in the containers.</summary>
public static class ServeVerb
{
    private const int DefaultPort = 7071; // as the Functions tools listen

    // The summary is printed once the storage is ready, or after this long without saying that it is.
    private static readonly TimeSpan SummaryGrace = TimeSpan.FromSeconds(20);

    private static readonly Option<int> Port = new("--port")
    {
        Description = "Port on 127.0.0.1; 0 takes a free one",
        DefaultValueFactory = _ => DefaultPort,
    };

    private static readonly Option<string?> Urls = new("--urls")
    {
        Description = "Where to listen instead, such as http://0.0.0.0:8080 or http://clocks.lan:8080; several are separated by " +
            "semicolons. Callers name an address, this machine or a name given here",
    };

    private static readonly Option<string> Data = new("--data")
    {
        Description = "Folder for Azurite's data, if it is started here",
        DefaultValueFactory = _ => ".azurite",
    };

    private static readonly Option<bool> Sample = new("--sample")
    {
        Description = "Puts drawings of clocks and look-alikes into the training container if it is empty, to see a training",
    };

    private static readonly Option<bool> JsonOutput = new("--json") { Description = "The summary and the logs as JSON lines" };

    public static Command Create()
    {
        Command verb = new("serve", "Serves the HTTP API and retrains when labelled images land in the storage")
        {
            Port, Urls, Settings.Storage, Data, Sample, JsonOutput,
        };
        verb.SetAction(RunAsync);
        return verb;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        bool json = parsed.GetValue(JsonOutput);
        IConfiguration configuration = Settings.Configuration(parsed);
        await using WebApplication app = Build(parsed, configuration, json);
        try
        {
            app.Services.GetRequiredService<BlobServiceClient>();
            await app.StartAsync(cancellation);
        }
        catch (StorageConfigurationException e)
        {
            throw new UsageException(e.Message);
        }
        catch (IOException e)
        {
            // Kestrel's words for a port that is taken.
            throw new UsageException($"{e.Message} Choose another with --port.");
        }

        await SummariseAsync(app, json, cancellation);
        await WaitAsync(app, cancellation);
        Terminal.Progress("clocks: stopping");
        await app.StopAsync(CancellationToken.None);
        // Without a signal it was a fault that stopped the host, and the log says which.
        return cancellation.IsCancellationRequested ? Terminal.Success : Terminal.Failure;
    }

    private static WebApplication Build(ParseResult parsed, IConfiguration configuration, bool json)
    {
        string urls = parsed.GetValue(Urls) ?? $"http://127.0.0.1:{parsed.GetValue(Port)}";
        try
        {
            return LocalHost.Build(urls, configuration, json, services => services
                .AddWatchers(Path.GetFullPath(parsed.GetValue(Data)!), parsed.GetValue(Sample)));
        }
        catch (OptionsValidationException e)
        {
            throw new UsageException(string.Join(Environment.NewLine + "clocks: ", e.Failures));
        }
        catch (FormatException e)
        {
            throw new UsageException($"--urls: {e.Message}");
        }
    }

    /// <summary>One line that says where everything is.</summary>
    private static async Task SummariseAsync(WebApplication app, bool json, CancellationToken cancellation)
    {
        StorageService storage = app.Services.GetRequiredService<StorageService>();
        await Task.WhenAny(storage.Ready, Task.Delay(SummaryGrace, TimeProvider.System, cancellation));
        ClassifierOptions options = app.Services.GetRequiredService<ClassifierOptions>();
        BlobServiceClient account = app.Services.GetRequiredService<BlobServiceClient>();
        ScoreModel model = app.Services.GetRequiredService<CurrentModel>().Answering;
        ServeSummary summary = new(
            [.. app.Urls], account.Uri.ToString(), storage.Ready.IsCompleted, storage.StartedAzurite,
                [StorageContainers.TrainingName, StorageContainers.InboxName],
            options.Target, options.Backbone, model.Version);
        if (json)
        {
            Terminal.WriteJson(summary);
            return;
        }

        string azurite = storage.StartedAzurite ? ", started here" : storage.Ready.IsCompleted ? "" : ", which does not answer yet";
        Console.Out.WriteLine(
            $"clocks: {string.Join(", ", summary.Urls)} answers about '{summary.Target}' with {summary.Backbone}, model " +
            $"{summary.Model}; labelled photos go into container training at {summary.Storage}{azurite}. Ctrl-C stops.");
    }

    /// <summary>Until SIGTERM or Ctrl-C, the way a server ends, or until the host gives up.</summary>
    private static async Task WaitAsync(WebApplication app, CancellationToken cancellation)
    {
        TaskCompletionSource stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration signal = cancellation.Register(() => stopping.TrySetResult());
        await using CancellationTokenRegistration fault = app.Lifetime.ApplicationStopping.Register(() => stopping.TrySetResult());
        await stopping.Task;
    }

    private sealed record ServeSummary(
        IReadOnlyList<string> Urls, string Storage, bool StorageAnswers, bool AzuriteStarted, IReadOnlyList<string> Containers,
        string Target, string Backbone, string Model);
}
