using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Backbones.Import;

/// <summary>Images of smooth noise, made in place: what import and verify run a model on.</summary>
internal static class ProbeImages
{
    /// <summary>One image, normalised and laid out as the input says: 3×H×W or H×W×3 float32. Another seed gives another image.</summary>
    public static float[] Create(InputSpec input, int height, int width, int seed)
    {
        Random random = new(seed);
        float[] values = new float[3 * height * width];
        for (int channel = 0; channel < 3; channel++)
        {
            (double fx, double fy, double phase) = (random.NextDouble() / 8, random.NextDouble() / 8, random.NextDouble() * Math.Tau);
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    double pixel = 127.5 + (100 * Math.Sin((fx * x) + (fy * y) + phase)) + (27 * random.NextDouble());
                    int at = input.Layout is TensorLayout.Nchw ? (((channel * height) + y) * width) + x : (((y * width) + x) * 3) + channel;
                    values[at] = (((float)pixel * input.Scale) - input.Mean[channel]) / input.Std[channel];
                }
            }
        }

        return values;
    }
}
