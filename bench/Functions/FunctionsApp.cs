using ClockFunctions.StandIn;

namespace ClockFunctions.Bench.Functions;

/// <summary>An app that can be started again and again.</summary>
/// <param name="Host">Who starts it.</param>
/// <param name="Folder">The built or published app.</param>
/// <param name="Storage">Connection string of its storage.</param>
/// <param name="Backbone">Id of the backbone that it runs.</param>
internal sealed record FunctionsApp(FunctionsHost Host, string Folder, string Storage, string Backbone)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>A new process, its functions loaded.</summary>
    public async Task<FunctionsWorker> StartAsync()
    {
        using CancellationTokenSource limit = new(Patience);
        Dictionary<string, string?> settings = new()
        {
            ["AzureWebJobsStorage"] = Storage,
            ["Classifier__Backbone"] = Backbone,
            ["Classifier__Training__QuietPeriod"] = "00:00:00",
            ["ReconcileSchedule"] = "0 */5 * * * *",
        };
        return await Host.StartWorkerAsync(Folder, settings, limit.Token);
    }
}
