using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Backbones.Onnx;

namespace ClockFunctions.Core.Heads.Export;

/// <summary>
/// Makes one ONNX file of a trained model, to be run without this project: pixels of 0–255 in, the probability out. Normalisation,
/// backbone and head are inside; resizing is not, and the metadata says how it is done.
/// </summary>
/// <remarks>
/// The operations are those of the backbone's file, and Mul, Add, Gather, Transpose, Gemm and Sigmoid of its operator set, 7 or later,
/// all of which ONNX Runtime for the web and for mobile has.
/// </remarks>
public static class ModelExport
{
    /// <summary>Largest difference from the model's own probability that is allowed.</summary>
    public const double Tolerance = 1e-5;

    /// <summary>Writes the file and proves it by running it beside the backbone and the head.</summary>
    /// <param name="destination">Replaced if it is there, but only by a file that passed.</param>
    /// <param name="backbone">What the head was trained on; see <see cref="HeadCompatibility"/>.</param>
    /// <param name="backboneFile">Its ONNX file.</param>
    /// <param name="head">The head.</param>
    /// <param name="manifest">What is known about it.</param>
    /// <returns>What the file takes and gives.</returns>
    /// <exception cref="BackboneException">The backbone's file is missing or damaged.</exception>
    /// <exception cref="InvalidHeadException">The file gives other probabilities than the model.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static ExportedModel Write(
        string destination, BackboneSpec backbone, string backboneFile, LearnedHead head, HeadManifest manifest)
    {
        using Backbone loaded = Backbone.Load(backbone, backboneFile);
        byte[] content = File.ReadAllBytes(backboneFile);
        ExportGraph graph = new(OnnxReader.Read(content), backbone, head, manifest.Pipeline);
        string temporary = $"{destination}.{manifest.Version}.partial";
        try
        {
            using (FileStream stream = File.Create(temporary))
            {
                foreach (ReadOnlyMemory<byte> piece in OnnxEdit.Excerpt(
                    content, graph.Before, graph.After, [backbone.FeaturesTensor], ExportMetadata.Of(manifest, backbone, graph)))
                {
                    stream.Write(piece.Span);
                }
            }

            ExportProof.Prove(temporary, graph, loaded, head);
            File.Move(temporary, destination, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }

        return new(
            destination, new FileInfo(destination).Length, graph.Input, graph.Output, backbone.Input.Width, backbone.Input.Height,
            manifest.Version);
    }
}

/// <summary>A model in one file.</summary>
/// <param name="File">Its path.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Input">Name of the input: N×H×W×3 float32, R G B of 0–255.</param>
/// <param name="Output">Name of the output: N×1 float32, the target's probability.</param>
/// <param name="Width">W in pixels; any with pipeline <c>full</c>.</param>
/// <param name="Height">H in pixels; any with pipeline <c>full</c>.</param>
/// <param name="Version">The head's version.</param>
public sealed record ExportedModel(string File, long Bytes, string Input, string Output, int Width, int Height, string Version);
