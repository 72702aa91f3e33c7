// Scores photos with a file that `clocks models export` wrote: dotnet run Score.cs model.onnx photo.jpg ...
// Copy it out of this repository first, whose build settings are meant for the project itself.
#:package Microsoft.ML.OnnxRuntime@1.31.1
#:package SixLabors.ImageSharp@2.1.13

using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

using InferenceSession session = new(args[0]);
Dictionary<string, string> about = session.ModelMetadata.CustomMetadataMap;
(string input, NodeMetadata shape) = session.InputMetadata.Single();
(int height, int width) = (shape.Dimensions[1], shape.Dimensions[2]);
using RunOptions run = new();
foreach (string path in args[1..])
{
    // The whole photo squashed to width x height (pipeline resize), upright, on white where it is transparent.
    using Image<Rgba32> photo = Image.Load<Rgba32>(path);
    photo.Mutate(one => one.AutoOrient().BackgroundColor(Color.White).Resize(width, height, KnownResamplers.Triangle));
    using Image<Rgb24> rgb = photo.CloneAs<Rgb24>();
    byte[] bytes = new byte[width * height * 3];
    rgb.CopyPixelDataTo(bytes);
    using OrtValue pixels = OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(bytes, value => (float)value), [1, height, width, 3]);
    using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, [input], [pixels], session.OutputNames);
    float probability = outputs[0].GetTensorDataAsSpan<float>()[0];
    bool isTarget = probability >= double.Parse(about["threshold"], CultureInfo.InvariantCulture);
    string answer = isTarget ? about["target"] : $"not {about["target"]}";
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{probability:0.0000}  {answer}  {path}"));
}
