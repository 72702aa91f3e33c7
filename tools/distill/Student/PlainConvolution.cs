namespace ClockFunctions.Distill.Student;

/// <summary>
/// A convolution and its gradients by definition, one number at a time, on made-up data: images N×H×W×C, weights O×C/groups×K×K,
/// and a gradient of the output like the images. The numbers are multiples of 1/32, which bfloat16 holds exactly.
/// </summary>
internal sealed class PlainConvolution(ConvolutionShape shape, int batch, int side)
{
    private readonly int _inputs = shape.Inputs / shape.Groups;
    private readonly int _outputs = shape.Outputs / shape.Groups;
    private readonly int _outputSide = OutputSide(shape, side);

    public ConvolutionShape Shape => shape;

    public int Batch => batch;

    public int Side => side;

    public float[] Input { get; } = Numbers(batch * side * side * shape.Inputs, 37);

    public float[] Weight { get; } = Numbers((int)shape.WeightCount, 29);

    /// <summary>The gradient that comes back to the output.</summary>
    public float[] Back { get; } = Numbers(batch * OutputSide(shape, side) * OutputSide(shape, side) * shape.Outputs, 43);

    public static int OutputSide(ConvolutionShape shape, int side) => (side + (2 * shape.Padding) - shape.Kernel) / shape.Stride + 1;

    public int OutputSide() => _outputSide;

    public double Output(int index)
    {
        (int image, int row, int column, int output) = Place(index, _outputSide, shape.Outputs);
        double sum = 0;
        for (int channel = 0; channel < _inputs; channel++)
        {
            for (int tap = 0; tap < shape.Kernel * shape.Kernel; tap++)
            {
                sum += Weight[WeightIndex(output, channel, tap)] * InputUnder(image, row, column, output, channel, tap);
            }
        }

        return sum;
    }

    public double WeightGradient(int index)
    {
        int taps = shape.Kernel * shape.Kernel;
        (int output, int channel, int tap) = (index / (taps * _inputs), index / taps % _inputs, index % taps);
        double sum = 0;
        for (int place = 0; place < batch * _outputSide * _outputSide; place++)
        {
            (int image, int row, int column, _) = Place(place, _outputSide, 1);
            sum += Back[(place * shape.Outputs) + output] * InputUnder(image, row, column, output, channel, tap);
        }

        return sum;
    }

    public double InputGradient(int index)
    {
        (int image, int row, int column, int input) = Place(index, side, shape.Inputs);
        int group = input / _inputs;
        double sum = 0;
        for (int tap = 0; tap < shape.Kernel * shape.Kernel; tap++)
        {
            (int down, int downRest) = Math.DivRem(row + shape.Padding - (tap / shape.Kernel), shape.Stride);
            (int right, int rightRest) = Math.DivRem(column + shape.Padding - (tap % shape.Kernel), shape.Stride);
            bool isReached = downRest == 0 && rightRest == 0 && down >= 0 && right >= 0 && down < _outputSide && right < _outputSide;
            for (int output = group * _outputs; isReached && output < (group + 1) * _outputs; output++)
            {
                int place = (((((image * _outputSide) + down) * _outputSide) + right) * shape.Outputs) + output;
                sum += Back[place] * Weight[WeightIndex(output, input % _inputs, tap)];
            }
        }

        return sum;
    }

    /// <summary>The input that a tap of the kernel sees from a place of the output; 0 beyond the edge.</summary>
    private float InputUnder(int image, int row, int column, int output, int channel, int tap)
    {
        int down = (row * shape.Stride) + (tap / shape.Kernel) - shape.Padding;
        int right = (column * shape.Stride) + (tap % shape.Kernel) - shape.Padding;
        return down < 0 || right < 0 || down >= side || right >= side
            ? 0
            : Input[(((((image * side) + down) * side) + right) * shape.Inputs) + (output / _outputs * _inputs) + channel];
    }

    private int WeightIndex(int output, int channel, int tap) => (((output * _inputs) + channel) * shape.Kernel * shape.Kernel) + tap;

    private static (int Image, int Row, int Column, int Channel) Place(int index, int side, int channels) =>
        (index / (channels * side * side), index / (channels * side) % side, index / channels % side, index % channels);

    private static float[] Numbers(int count, int step)
    {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = (((long)i * step) + (i / 64 * 11L)) % 64 / 32f - 1;
        }

        return numbers;
    }
}
