using ClockFunctions.Core.Backbones;

namespace ClockFunctions.Tests.Support;

/// <summary>
/// A real backbone that takes a millisecond: one convolution of random weights over 64 x 64 pixels, eight features.
/// Enough to tell <see cref="DrawnImage"/>s apart.
/// </summary>
public static class SmallBackbone
{
    public const string Id = "small";

    private static readonly Lazy<string> Installed = new(Install);

    /// <summary>The backbone folder that it is installed in.</summary>
    public static string Folder => Installed.Value;

    private static string Install()
    {
        string folder = Directory.CreateTempSubdirectory("clocks-backbones-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        string file = Path.Combine(folder, "source.onnx");
        File.WriteAllBytes(file, new OnnxClassifier().Build());
        new BackboneCatalogue(folder).Import(file, new ImportOptions { Id = Id, Size = 64 });
        return folder;
    }
}
