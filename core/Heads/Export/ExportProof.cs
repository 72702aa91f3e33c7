using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Backbones.Import;
using ClockFunctions.Core.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace ClockFunctions.Core.Heads.Export;

/// <summary>Runs an exported file on made-up images beside the backbone and the head that it was made of.</summary>
internal static class ExportProof
{
    private const int Images = 3;

    /// <exception cref="InvalidHeadException">It does not run, or gives another probability.</exception>
    public static void Prove(string file, ExportGraph graph, Backbone backbone, LearnedHead head)
    {
        InputSpec input = backbone.Spec.Input;
        InputSpec pixels = new()
        {
            Name = graph.Input,
            Layout = TensorLayout.Nhwc,
            Height = input.Height,
            Width = input.Width,
            Scale = 1,
            Mean = [0, 0, 0],
            Std = [1, 1, 1],
        };
        try
        {
            using SessionOptions options = new BackboneOptions().ToSession();
            using InferenceSession session = new(file, options);
            for (int seed = 1; seed <= Images; seed++)
            {
                float[] image = ProbeImages.Create(pixels, pixels.Height, pixels.Width, seed);
                BackboneOutput seen = backbone.Run(Normalised(image, input), 1, input.Height, input.Width);
                double expected = head.Probability(seen.FeaturesOf(0), []);
                double found = Run(session, graph, image, input);
                if (!(Math.Abs(expected - found) <= ModelExport.Tolerance))
                {
                    throw new InvalidHeadException(
                        $"The exported file gives {found} where the model gives {expected}. Nothing was written.");
                }
            }
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidHeadException($"The exported file does not run: {e.Message} Nothing was written.", e);
        }
    }

    private static float Run(InferenceSession session, ExportGraph graph, float[] image, InputSpec input)
    {
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(image, [1, input.Height, input.Width, 3]);
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, [graph.Input], [value], [graph.Output]);
        return outputs[0].GetTensorDataAsSpan<float>()[0];
    }

    /// <summary>The backbone's input as its spec says it, apart from the code that the service uses for it.</summary>
    private static float[] Normalised(float[] image, InputSpec input)
    {
        float[] values = new float[image.Length];
        int plane = input.Height * input.Width;
        for (int i = 0; i < image.Length; i++)
        {
            (int pixel, int colour) = (i / 3, i % 3);
            int channel = input.ColorOrder is ColorOrder.Rgb ? colour : 2 - colour;
            int at = input.Layout is TensorLayout.Nchw ? (channel * plane) + pixel : (pixel * 3) + channel;
            values[at] = ((image[i] * input.Scale) - input.Mean[channel]) / input.Std[channel];
        }

        return values;
    }
}
