using System.Reflection;

namespace ClockFunctions.Tests.Support;

/// <summary>
/// The ResNet18 of package Microsoft.ML.DnnImageFeaturizer.ResNet18 (MIT): 512 features and no classes, fed with BGR less a mean image.
/// </summary>
public static class ResNet18
{
    private static readonly string Folder = typeof(ResNet18).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(data => data.Key == "ResNet18Models").Value!;

    /// <summary>The network.</summary>
    public static string Model { get; } = Path.Combine(Folder, "ResNet18Onnx", "ResNet18.onnx");

    /// <summary>What its package puts before it: the swap of colours and the subtraction, with the mean image as its only weight.</summary>
    public static string Preprocessing { get; } = Path.Combine(Folder, "ResNetPrepOnnx", "ResNetPreprocess.onnx");
}
