namespace ClockFunctions.Core.Training.Notebook;

/// <summary>Where a training by the notebook's recipe is.</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Epochs">Of how many.</param>
/// <param name="TrainLoss">Mean loss over the epoch's steps.</param>
/// <param name="ValidationLoss">Mean loss on the clean validation images after it.</param>
/// <param name="Remaining">Estimate of the time left.</param>
public sealed record NotebookProgress(int Epoch, int Epochs, double TrainLoss, double ValidationLoss, TimeSpan Remaining);
