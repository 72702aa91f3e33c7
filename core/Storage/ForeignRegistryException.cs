namespace ClockFunctions.Core.Storage;

/// <summary>The models in the storage answer about another target, so this service must not train there.</summary>
/// <param name="theirs">The target of the models.</param>
/// <param name="ours">The target of this service.</param>
public sealed class ForeignRegistryException(string theirs, string ours) : Exception(
    $"The models in this storage answer about '{theirs}', and the target of this service is '{ours}': it does not train here. "
    + "Give each target a storage of its own, or delete heads/ from container models to begin anew.");
