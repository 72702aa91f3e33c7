using ClockFunctions.Core.Serving.Inbox;
using ClockFunctions.Core.Training.Coordination;
using Microsoft.Azure.Functions.Worker;

namespace ClockFunctions;

/// <summary>
/// Looks at the containers, whatever events said, and makes up for those that never came: trains if the training container is not
/// what the models saw, which deletions show in no other way, and scores what lies in the inbox without a score.
/// </summary>
public sealed class Reconcile(TrainingCoordinator coordinator, InboxSweep inbox)
{
    // The inbox does not wait for a training, which may take an hour. If either fails, the invocation fails after both have ended.
    [Function(nameof(Reconcile))]
    public Task RunAsync([TimerTrigger("%ReconcileSchedule%")] TimerInfo timer, CancellationToken cancellation) =>
        Task.WhenAll(inbox.RunAsync(cancellation), coordinator.ReconcileAsync(cancellation));
}
