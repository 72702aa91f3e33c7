using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace ClockFunctions;

/// <summary>
/// Marks what the platform calls when it adds an instance. The worker's build writes the name of this type, without "Attribute", into
/// the function's metadata as the kind of its trigger, and that is all that the host needs: the package with the same attribute
/// brings no code for it either.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class WarmupTriggerAttribute : TriggerBindingAttribute;
