using ClockFunctions.Core.Training.Coordination;
using Microsoft.Azure.Functions.Worker;

namespace ClockFunctions;

/// <summary>
/// Compares the training container with what the models saw, whatever events said: makes up for events that never came,
/// and notices deletions, of which there are none.
/// </summary>
public sealed class Reconcile(TrainingCoordinator coordinator)
{
    [Function(nameof(Reconcile))]
    public Task RunAsync([TimerTrigger("%ReconcileSchedule%")] TimerInfo timer, CancellationToken cancellation) =>
        coordinator.ReconcileAsync(cancellation);
}
