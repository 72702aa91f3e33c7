using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Backbones;

/// <summary>
/// A public model that <c>clocks backbone pull</c> can download. Lengths and hashes are those of the ONNX model zoo's
/// own pointers, licences those of its READMEs. DINOv2's are those of the file listing of onnx-community/dinov2-small, as public
/// projects pin it (for one TomaszL77/ElectroCount on GitHub, <c>src/electrocount/ai/model_catalog.py</c>).
/// </summary>
public sealed record KnownBackbone
{
    private const string Zoo = "https://huggingface.co/onnxmodelzoo";

    public required string Id { get; init; }

    public required string File { get; init; }

    /// <summary>Length of the file as it is downloaded.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the file as it is downloaded, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>How many features import must find.</summary>
    public required int FeatureWidth { get; init; }

    public InputNormalisation Normalisation { get; init; } = InputNormalisation.ImageNet;

    public string Licence { get; init; } = "Apache-2.0";

    /// <summary>Where the file is. Default: the model zoo.</summary>
    public Uri Source
    {
        get => field ?? new($"{Zoo}/{Path.GetFileNameWithoutExtension(File)}/resolve/main/{File}");
        init;
    }

    public static IReadOnlyList<KnownBackbone> All { get; } =
    [
        new()
        {
            Id = "mobilenetv2",
            File = "mobilenetv2-12.onnx",
            Bytes = 13_964_571,
            Sha256 = "c0c3f76d93fa3fd6580652a45618618a220fced18babf65774ed169de0432ad5",
            FeatureWidth = 1280,
        },
        new()
        {
            Id = "squeezenet",
            File = "squeezenet1.1-7.onnx",
            Bytes = 4_956_208,
            Sha256 = "1eeff551a67ae8d565ca33b572fc4b66e3ef357b0eb2863bb9ff47a918cc4088",
            FeatureWidth = 512,
        },
        new()
        {
            Id = "resnet18",
            File = "resnet18-v1-7.onnx",
            Bytes = 46_820_737,
            Sha256 = "4e8f8653e7a2222b3904cc3fe8e304cd8b339ce1d05fd24688162f86fb6df52c",
            FeatureWidth = 512,
        },
        new()
        {
            Id = "resnet50",
            File = "resnet50-v2-7.onnx",
            Bytes = 102_442_452,
            Sha256 = "79102261eb6e5fd7af5d27f41316293e388c5cb691e5d25bfb035c4f64fefe31",
            FeatureWidth = 2048,
        },
        new()
        {
            Id = "resnet101",
            File = "resnet101-v1-7.onnx",
            Bytes = 178_914_043,
            Sha256 = "760702f6ec0138f71ebac66f4e95d1c72dc9267a8544f4d4667a53075fd0497c",
            FeatureWidth = 2048,
        },
        new()
        {
            Id = "vgg16",
            File = "vgg16-7.onnx",
            Bytes = 553_437_328,
            Sha256 = "f20805a3ecccaa88647bbab4ad011ff2412a9838485ea844de0fcbce349820b9",
            FeatureWidth = 4096,
        },
        new()
        {
            Id = "alexnet",
            File = "bvlcalexnet-12.onnx",
            Bytes = 243_863_787,
            Sha256 = "6b0da9510f27f234ee96a85dc3809dd210150fdefad87f6850f9788513216945",
            FeatureWidth = 4096,
            Normalisation = InputNormalisation.Caffe,
            Licence = "BSD-3-Clause",
        },
        new()
        {
            Id = "efficientnet-lite4",
            File = "efficientnet-lite4-11.onnx",
            Bytes = 51_946_641,
            Sha256 = "d111689907c06eea7c82e4833ddef758da6453b9d4cf60b7e99ca05c7cbd9c12",
            FeatureWidth = 1280,
            Normalisation = InputNormalisation.Lite,
            Licence = "MIT",
        },
        new()
        {
            Id = "dinov2-small",
            File = "dinov2-small.onnx",
            Bytes = 88_532_934,
            Sha256 = "f22797eabf810a75e41de68d378541ebea372122b25c4ce3ef25ff618250c20a",
            FeatureWidth = 384,
            Source = new(
                "https://huggingface.co/onnx-community/dinov2-small/resolve/8b1f705a3a7f6f062f6bdd21986c1583d3ef105d/onnx/model.onnx"),
        },
    ];

    /// <summary>The known model of an id; null when there is none.</summary>
    public static KnownBackbone? Find(string id) => All.FirstOrDefault(known => known.Id == id);
}
