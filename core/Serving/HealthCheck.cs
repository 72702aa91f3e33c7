using Azure;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Core.Serving;

/// <summary>Looks at every part. A storage that is away makes the service degraded, not unready: it scores with what it has.</summary>
/// <remarks>
/// A service that waits for its first labels is up, and must stay reachable for them: it is not unready either.
/// </remarks>
public sealed class HealthCheck(
    ScorerLoader loader, CurrentModel current, Func<TrainingStateBlob> trainingState,
    Func<StorageContainers> containers, ScoringGate gate, TrafficWatch traffic)
{
    /// <summary>Health is asked every few seconds, by many: it must answer soon whatever the storage does.</summary>
    private static readonly TimeSpan StorageTimeout = TimeSpan.FromSeconds(2);

    public async Task<Health> CheckAsync(CancellationToken cancellation)
    {
        List<string> reasons = [];
        TrainingHealth training = await TrainingAsync(reasons, cancellation);
        if (current.StorageProblem is { } away && reasons.Count == 0)
        {
            reasons.Add($"The model registry does not answer: {away}");
        }

        if (current.Standing is { } refused)
        {
            reasons.Add($"Head {refused.Version} was refused: {refused.Reason}");
        }

        if (training.Error is { } error)
        {
            reasons.Add($"The last training failed: {error}");
        }

        if (traffic.Reason is { } parted)
        {
            reasons.Add(parted);
        }

        string status = reasons.Count == 0 ? "ready" : "degraded";
        if (!loader.IsLoaded)
        {
            status = Loading(reasons);
        }
        else if (loader.Get().Untrained(current.Served) is { } untrained)
        {
            // Whether there is a model is not known before the registry has answered.
            status = current.Polled ? "untrained" : current.StorageProblem is null ? "starting" : "failed";
            if (current.Polled)
            {
                reasons.Insert(0, untrained);
            }
        }

        return new Health
        {
            Status = status,
            Reasons = reasons,
            Model = current.Answering,
            Training = training,
            RefusedHeads = current.Refused,
            Traffic = traffic.Health,
            Queue = new QueueHealth(gate.Concurrency, gate.Waiting),
        };
    }

    /// <summary>Says how loading stands, and loads nothing: health is asked too often for that.</summary>
    private string Loading(List<string> reasons)
    {
        string? failure = loader.Failure;
        reasons.Insert(0, failure ?? "The backbone is being loaded.");
        return failure is null ? "starting" : "failed";
    }

    private async Task<TrainingHealth> TrainingAsync(List<string> reasons, CancellationToken cancellation)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StorageTimeout);
        try
        {
            // A container that is not there reads as an empty one, so it is asked for by name.
            Task<IReadOnlyList<string>> missing = containers().FindMissingAsync(limit.Token);
            Task<(TrainingState State, ETag? ETag)> reading = trainingState().ReadAsync(limit.Token);
            await Task.WhenAll(missing, reading);
            if (await missing is [_, ..] names)
            {
                reasons.Add($"The storage has no container {string.Join(", ", names)}, and this service could not make it.");
            }

            TrainingState state = (await reading).State;
            return new TrainingHealth
            {
                Pending = state.IsDirty,
                Checked = state.Checked,
                Labels = state.Labels,
                Unusable = state.Unusable,
                Unlabelled = state.Unlabelled,
                Misnamed = state.Misnamed,
                Unreadable = state.Unreadable,
                WaitingFor = state.Waiting,
                Error = state.Error,
            };
        }
        catch (Exception e) when (StorageFailure.Is(e, cancellation))
        {
            reasons.Add($"The storage does not answer: {StorageFailure.Reason(e)}");
            return new TrainingHealth();
        }
    }
}
