using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;

namespace ClockFunctions;

/// <summary>
/// Gives a function the token of <see cref="RunningInvocations"/> where it asks for one: the worker's own knows nothing of the app's end.
/// </summary>
internal sealed class InvocationCancellation : IInputConverter
{
    private static readonly object Key = new();

    public static void Set(FunctionContext context, CancellationToken cancellation) => context.Items[Key] = cancellation;

    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context) => ValueTask.FromResult(
        context.TargetType == typeof(CancellationToken) && context.FunctionContext.Items.TryGetValue(Key, out object? cancellation)
            ? ConversionResult.Success(cancellation)
            : ConversionResult.Unhandled());
}
