namespace ClockFunctions.Distill.Student;

/// <summary>A student's architecture: steps separated by blanks, for example <c>c32/2 c64/2 r64 p512</c>.</summary>
public sealed record StudentPlan(string Text, IReadOnlyList<Block> Blocks)
{
    /// <exception cref="FormatException">The text is no plan, or a residual step changes the number of channels.</exception>
    public static StudentPlan Parse(string text)
    {
        Block[] blocks = [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Block.Parse)];
        int channels = 3;
        foreach (Block block in blocks)
        {
            if (block.Kind == BlockKind.Residual && (block.Channels != channels || block.Stride != 1))
            {
                throw new FormatException($"Step r{block.Channels} must keep the {channels} channels and the size that come in.");
            }

            channels = block.Channels;
        }

        return new(string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries)), blocks);
    }

    /// <summary>Width of the features: channels of the last step.</summary>
    public int Features => Blocks[^1].Channels;

    /// <summary>How many pixels one cell of the feature map stands for.</summary>
    public int TotalStride => Blocks.Aggregate(1, (product, block) => product * block.Stride);

    /// <summary>Each step with its convolutions, in the order in which they are applied.</summary>
    public IEnumerable<(Block Block, ConvolutionShape[] Convolutions)> Steps()
    {
        int inputs = 3;
        foreach (Block block in Blocks)
        {
            int outputs = block.Channels;
            yield return (block, block.Kind switch
            {
                BlockKind.Plain => [new(inputs, outputs, 3, block.Stride, 1)],
                BlockKind.Residual => [new(inputs, outputs, 3, 1, 1), new(outputs, outputs, 3, 1, 1)],
                BlockKind.Point => [new(inputs, outputs, 1, block.Stride, 1)],
                _ => [new(inputs, inputs, 3, block.Stride, inputs), new(inputs, outputs, 1, 1, 1)],
            });
            inputs = outputs;
        }
    }

    /// <summary>Weights and biases of the exported network with a classifier over <paramref name="classes"/> classes.</summary>
    public long Parameters(int classes) =>
        Steps().SelectMany(step => step.Convolutions).Sum(shape => shape.WeightCount + shape.Outputs) + (long)(Features + 1) * classes;

    /// <summary>Multiplications for one image of size×size.</summary>
    public long Multiplications(int size, int classes)
    {
        long total = (long)Features * classes;
        int side = size;
        foreach (ConvolutionShape shape in Steps().SelectMany(step => step.Convolutions))
        {
            side = (side + shape.Stride - 1) / shape.Stride;
            total += shape.WeightCount * side * side;
        }

        return total;
    }
}
