using System.Buffers.Binary;
using System.Text;
using ClockFunctions.Core.Heads;

namespace ClockFunctions.Tests.Heads;

public class HeadFileTests
{
    [Fact]
    public void WhatIsWrittenIsReadBackExactly()
    {
        float[] weight = [1.5f, -0f, float.Epsilon, float.MaxValue, 0.1f];

        (float[] read, float bias) = HeadFile.Read(HeadFile.Write(weight, -2.25f));

        Assert.Equal(weight, read);
        Assert.Equal(-2.25f, bias);
    }

    [Fact]
    public void TheDataStartsAlignedAndIsLittleEndianFloat32()
    {
        byte[] file = HeadFile.Write([1f, 2f], 3f);
        int start = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file);

        Assert.Equal(0, start % 8);
        Assert.Equal("0000803F0000004000004040", Convert.ToHexString(file.AsSpan(start)));
    }

    [Fact]
    public void AFileAsPyTorchSavesItIsRead()
    {
        // safetensors.torch.save_file(nn.Linear(2, 1).state_dict(), ...) puts bias first and pads with spaces.
        byte[] file = FileOf(
            """{"bias":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"weight":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]}}  """,
            3, 1, 2);

        (float[] weight, float bias) = HeadFile.Read(file);

        Assert.Equal([1f, 2f], weight);
        Assert.Equal(3f, bias);
    }

    [Fact]
    public void EveryTruncationIsRefused()
    {
        byte[] file = HeadFile.Write([1f, 2f, 3f], 4f);
        for (int length = 0; length < file.Length; length++)
        {
            Assert.Throws<InvalidHeadException>(() => HeadFile.Read(file.AsSpan(0, length)));
        }
    }

    [Fact]
    public void TrailingBytesAreRefused() =>
        Assert.Throws<InvalidHeadException>(() => HeadFile.Read([.. HeadFile.Write([1f], 2f), 0]));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void ValuesThatAreNotFiniteAreNeitherWrittenNorRead(float value)
    {
        byte[] file = HeadFile.Write([1f, 2f], 3f);
        BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(file.Length - 8), value); // weight[1]

        Assert.Throws<InvalidHeadException>(() => HeadFile.Read(file));
        Assert.Throws<ArgumentException>(() => HeadFile.Write([value], 0));
        Assert.Throws<ArgumentException>(() => HeadFile.Write([1f], value));
    }

    [Theory]
    [InlineData("""{"weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}""")] // no bias
    [InlineData(
        """{"weight":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""")]
    [InlineData(
        """{"weight":{"dtype":"F16","shape":[1,2],"data_offsets":[0,8]},"bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""")]
    [InlineData(
        """{"weight":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]}"""
        + ""","bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""")] // overlap
    [InlineData(
        """{"weight":{"dtype":"F32","shape":[1,3],"data_offsets":[0,8]},"bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""")]
    [InlineData(
        """{"weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}"""
        + ""","more":{"dtype":"F32","shape":[0],"data_offsets":[12,12]}}""")]
    [InlineData(
        """{"weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}"""
        + ""","weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"bias":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""")]
    [InlineData("""{"weight":7,"bias":8}""")]
    [InlineData("""[1,2]""")]
    [InlineData("""{"weight":""")]
    [InlineData("""{} {}""")]
    public void AnythingThatIsNotExactlyWeightAndBiasIsRefused(string header) =>
        Assert.Throws<InvalidHeadException>(() => HeadFile.Read(FileOf(header, 1, 2, 3)));

    [Fact]
    public void RandomDamageNeverRaisesAnythingElse()
    {
        byte[] file = HeadFile.Write([1f, 2f, 3f], 4f);
        Random random = new(1);
        for (int i = 0; i < 5000; i++)
        {
            byte[] damaged = [.. file];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                HeadFile.Read(damaged);
            }
            catch (InvalidHeadException)
            {
            }
        }
    }

    private static byte[] FileOf(string header, params float[] data)
    {
        byte[] file = new byte[8 + header.Length + data.Length * 4];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        Encoding.ASCII.GetBytes(header, file.AsSpan(8));
        for (int i = 0; i < data.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(8 + header.Length + i * 4), data[i]);
        }

        return file;
    }
}
