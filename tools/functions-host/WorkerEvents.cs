using System.Text.Json;
using ClockFunctions.StandIn.Protocol;
using Google.Protobuf;

namespace ClockFunctions.StandIn;

/// <summary>What the host's triggers send to the worker when something happened.</summary>
public static class WorkerEvents
{
    /// <summary>A blob landed, changed or went: an event does not say which, and may come twice and late.</summary>
    /// <param name="worker">The app.</param>
    /// <param name="container">The container; it chooses the function.</param>
    /// <param name="name">Name of the blob.</param>
    /// <param name="cancellation">The host gives the invocation up.</param>
    public static Task<Invocation> BlobAsync(this FunctionsWorker worker, string container, string name, CancellationToken cancellation)
    {
        LoadedFunction function = worker.Functions.Single(one =>
            one.Type == "blobTrigger" && one.Trigger.GetProperty("path").GetString()!.Split('/')[0] == container);
        // A trigger that binds a client is sent where the blob is, not what is in it.
        string content = JsonSerializer.Serialize(new
        {
            Connection = function.Trigger.GetProperty("connection").GetString(),
            ContainerName = container,
            BlobName = name,
        });
        TypedData input = new()
        {
            ModelBindingData = new ModelBindingData
            {
                Version = "1.0",
                Source = "AzureStorageBlobs",
                ContentType = "application/json",
                Content = ByteString.CopyFromUtf8(content),
            },
        };
        Dictionary<string, string> metadata = new() { ["BlobTrigger"] = $"{container}/{name}", ["name"] = name };
        return worker.InvokeAsync(function, input, Guid.NewGuid().ToString(), metadata, cancellation);
    }

    /// <summary>The timer's time has come.</summary>
    public static Task<Invocation> TimerAsync(this FunctionsWorker worker, CancellationToken cancellation)
    {
        TypedData input = new() { Json = """{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":false}""" };
        return InvokeAsync(worker, "timerTrigger", input, cancellation);
    }

    /// <summary>The instance is being added.</summary>
    public static Task<Invocation> WarmUpAsync(this FunctionsWorker worker, CancellationToken cancellation) =>
        InvokeAsync(worker, "warmupTrigger", new TypedData { Json = "{}" }, cancellation);

    private static Task<Invocation> InvokeAsync(FunctionsWorker worker, string trigger, TypedData input, CancellationToken cancellation) =>
        worker.InvokeAsync(
            worker.Functions.Single(function => function.Type == trigger), input, Guid.NewGuid().ToString(), FunctionsWorker.NoMetadata,
            cancellation);
}
