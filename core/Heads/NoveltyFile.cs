using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace ClockFunctions.Core.Heads;

/// <summary>
/// <c>novelty.safetensors</c>: <c>centres</c> [K, F] float16 and <c>distances</c> [101] float32, see <see cref="NoveltyScale"/>.
/// </summary>
public static class NoveltyFile
{
    /// <summary>Bytes of the centres at most, so that the file stays below 200 kB; wide backbones get fewer of them.</summary>
    private const int MostCentreBytes = 196_000;

    private const int MostCentres = 64;

    /// <summary>How many centres of this width a file holds.</summary>
    public static int CentresOf(int featureWidth) => Math.Clamp(MostCentreBytes / (2 * featureWidth), 1, MostCentres);

    public static byte[] Write(NoveltyScale scale)
    {
        int centreBytes = scale.Centres.Length * 2;
        int distanceBytes = NoveltyScale.Steps * sizeof(float);
        byte[] header = SafetensorsHeader.Write(string.Create(CultureInfo.InvariantCulture, $$"""
            {"__metadata__":{"format":"pt"},
            "centres":{"dtype":"F16","shape":[{{scale.Centres.Length / scale.FeatureWidth}},{{scale.FeatureWidth}}],
            "data_offsets":[0,{{centreBytes}}]},
            "distances":{"dtype":"F32","shape":[{{NoveltyScale.Steps}}],"data_offsets":[{{centreBytes}},{{centreBytes + distanceBytes}}]} }
            """));
        byte[] file = new byte[header.Length + centreBytes + distanceBytes];
        header.CopyTo(file, 0);
        Span<byte> data = file.AsSpan(header.Length);
        TensorPrimitives.ConvertToHalf(scale.Centres, MemoryMarshal.Cast<byte, Half>(data[..centreBytes]));
        MemoryMarshal.AsBytes(scale.Distances).CopyTo(data[centreBytes..]);
        return file;
    }

    /// <exception cref="InvalidHeadException">Truncated, too long, another shape or type, or values that cannot be.</exception>
    public static NoveltyScale Read(ReadOnlySpan<byte> file)
    {
        (SafetensorsTensor centres, SafetensorsTensor distances) = SafetensorsHeader.ReadTwo(
            file, "The novelty file", "centres", "distances", out ReadOnlySpan<byte> data);
        if (centres is not { IsHalf: true, Shape: [>= 1, >= 1] } || distances is not { IsHalf: false, Shape: [NoveltyScale.Steps] })
        {
            throw new InvalidHeadException(
                $"The novelty file must hold centres [K, F], float16, and distances [{NoveltyScale.Steps}], float32.");
        }

        float[] values = new float[centres.Shape[0] * centres.Shape[1]];
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(data[(int)centres.Begin..(int)centres.End]), values);
        try
        {
            return new NoveltyScale(
                (int)centres.Shape[1], values, MemoryMarshal.Cast<byte, float>(data[(int)distances.Begin..(int)distances.End]).ToArray());
        }
        catch (ArgumentException e)
        {
            throw new InvalidHeadException($"The novelty file is damaged: {e.Message}", e);
        }
    }
}
