using System.Buffers.Binary;

namespace ClockFunctions.Core.Imaging;

/// <summary>
/// What decoding a JPEG takes beside the pixels that come out (ITU-T T.81): a decoder that is given the image in one pass needs
/// some rows, but one given it in several passes must keep every coefficient until the last, whatever the size asked for.
/// </summary>
internal static class JpegFrame
{
    private const int CoefficientBytes = 2;
    private const int BlockSide = 8;

    /// <summary>Three channels in full, which is the most that photos have: for headers that are not understood here.</summary>
    private const int MostSamples = 4;

    /// <summary>Bytes of coefficients that the decoder keeps at once; 0 for a JPEG of one pass.</summary>
    public static long CoefficientsOf(ReadOnlySpan<byte> jpeg, int width, int height)
    {
        long worst = (long)width * height * CoefficientBytes * MostSamples;
        int channels = 0;
        long coefficients = worst;
        bool progressive = false;
        for (int at = 2; at + 4 <= jpeg.Length && jpeg[at] == 0xFF;)
        {
            byte marker = jpeg[at + 1];
            if (marker == 0xFF)
            {
                at++; // a byte of filling
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
            if (length < 3 || at + 2 + length > jpeg.Length)
            {
                return worst;
            }

            ReadOnlySpan<byte> segment = jpeg.Slice(at + 4, length - 2);
            switch (marker)
            {
                case 0xDA: // start of a scan: of all channels, or the first of several
                    return !progressive && segment[0] == channels ? 0 : coefficients;
                case >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC): // start of the frame
                    progressive = (marker & 0x03) == 2;
                    channels = segment.Length > 5 ? segment[5] : 0;
                    coefficients = Math.Min(worst, Coefficients(segment, channels, width, height) ?? worst);
                    break;
            }

            at += 2 + length;
        }

        return worst;
    }

    private static long? Coefficients(ReadOnlySpan<byte> frame, int channels, int width, int height)
    {
        if (channels is < 1 or > 4 || frame.Length < 6 + (3 * channels))
        {
            return null;
        }

        int most = 1;
        long samples = 0;
        for (int channel = 0; channel < channels; channel++)
        {
            int factors = frame[7 + (3 * channel)];
            (int across, int down) = (factors >> 4, factors & 0x0F);
            most = Math.Max(most, across * down);
            samples += across * down;
        }

        // Whole blocks of whole groups: at most one group more in either direction.
        long pixels = (long)(width + (4 * BlockSide)) * (height + (4 * BlockSide));
        return pixels * samples / most * CoefficientBytes;
    }
}
