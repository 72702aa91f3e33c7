using ClockFunctions.Core.Backbones.Onnx;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Backbones;

public class OnnxReaderTests
{
    [Fact]
    public void TheOutlineIsWhatWasWritten()
    {
        OnnxModel outline = OnnxReader.Read(
            new OnnxClassifier { Opset = 9, IrVersion = 3, InitializersAreInputs = true, Side = 64 }.Build());

        Assert.Equal((3, 9), (outline.IrVersion, outline.Opset));
        OnnxValue input = Assert.Single(outline.Inputs);
        Assert.Equal(("image", OnnxType.Float), (input.Name, input.Type));
        Assert.Equal(["N", 3, 64, 64], input.Shape);
        Assert.Equal("scores", Assert.Single(outline.Outputs).Name);
        Assert.Equal(["Conv", "Relu", "GlobalAveragePool", "Flatten", "Gemm", "Identity"], outline.Nodes.Select(node => node.Operation));
        Assert.Equal(["map"], outline.Nodes[1].Outputs);
        Assert.Equal([1000, 8], outline.Initializers["fc.weight"].Shape);
    }

    [Fact]
    public void AppendedPiecesOfAGraphAreMergedIntoIt()
    {
        byte[] file = new OnnxClassifier().Build();
        OnnxModel outline = OnnxReader.Read(OnnxEdit.Expose(file, ["map"]).SelectMany(piece => piece.ToArray()).ToArray());

        Assert.Equal(["scores", "map"], outline.Outputs.Select(output => output.Name));
        Assert.Equal(6, outline.Nodes.Count);
    }

    [Theory]
    [InlineData(new byte[] { 0x08 })]
    [InlineData(new byte[] { 0x3a, 0x05, 0x00 })]
    [InlineData(new byte[] { 0x03 })]
    [InlineData(new byte[] { 0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 })]
    public void BrokenProtobufIsRefused(byte[] file) => Assert.Throws<InvalidDataException>(() => OnnxReader.Read(file));

    [Fact]
    public void NoPrefixOfAModelCrashesTheReader()
    {
        byte[] file = new OnnxClassifier { LastLayer = LastLayer.MaxPool }.Build();
        for (int length = 0; length < 600; length++)
        {
            Assert.Throws<InvalidDataException>(() => OnnxReader.Read(file.AsMemory(0, length)));
        }
    }
}
