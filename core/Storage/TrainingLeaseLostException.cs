namespace ClockFunctions.Core.Storage;

/// <summary>The trainer lost its lease and must stop without publishing; whoever holds it now goes on.</summary>
public sealed class TrainingLeaseLostException(Exception? inner = null)
    : Exception("The training lease was lost: another process may be training.", inner);
