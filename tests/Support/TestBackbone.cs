using ClockFunctions.Core.Backbones;

namespace ClockFunctions.Tests.Support;

/// <summary>A small backbone, imported once a run into a folder of its own: hosts under test need no other file.</summary>
public static class TestBackbone
{
    public const string Id = "tiny";

    private static readonly Lazy<string> Installed = new(Install);

    /// <summary>The setting <c>BackboneFolder</c>.</summary>
    public static string Folder => Installed.Value;

    public static BackboneSpec Spec => new BackboneCatalogue(Folder).Resolve(Id).Spec;

    private static string Install()
    {
        string folder = Directory.CreateTempSubdirectory("clocks-tests-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        string model = Path.Combine(folder, "tiny.onnx");
        File.WriteAllBytes(model, new OnnxClassifier().Build());
        new BackboneCatalogue(folder).Import(model, new ImportOptions { Id = Id });
        return folder;
    }
}
