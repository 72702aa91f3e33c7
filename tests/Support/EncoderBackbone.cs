using ClockFunctions.Core.Backbones;

namespace ClockFunctions.Tests.Support;

/// <summary>A small backbone that gives features alone, imported once a run into a folder of its own.</summary>
public static class EncoderBackbone
{
    public const string Id = "encoder";

    private static readonly Lazy<string> Installed = new(Install);

    /// <summary>The setting <c>BackboneFolder</c>.</summary>
    public static string Folder => Installed.Value;

    public static BackboneSpec Spec => new BackboneCatalogue(Folder).Resolve(Id).Spec;

    private static string Install()
    {
        string folder = Directory.CreateTempSubdirectory("clocks-tests-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        string model = Path.Combine(folder, "encoder.onnx");
        File.WriteAllBytes(model, new OnnxEncoder().Build());
        new BackboneCatalogue(folder).Import(model, new ImportOptions { Id = Id, Size = 64 });
        return folder;
    }
}
