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
    // Both to their end, and failed if either fails: a training may take an hour, and the inbox need not wait for it.
    [Function(nameof(Reconcile))]
    public Task RunAsync([TimerTrigger("%ReconcileSchedule%")] TimerInfo timer, CancellationToken cancellation) =>
        Task.WhenAll(inbox.RunAsync(cancellation), coordinator.ReconcileAsync(cancellation));
}
