namespace ClockFunctions.Core.Imaging;

/// <summary>
/// Where the pixels of a binary Netpbm image begin: after its numbers and exactly one white space. ImageSharp passes over every
/// white space and comment there, and so over a first pixel that has the value of one.
/// </summary>
internal static class PbmPixels
{
    /// <summary>A first pixel that the decoder takes for no white space, and where it belongs; nothing where none is needed.</summary>
    /// <param name="file">A Netpbm image of any kind.</param>
    /// <returns>One level less of the first colour of one pixel, which no network can tell.</returns>
    public static (byte[] Patch, int At) Patch(ReadOnlySpan<byte> file)
    {
        const byte FirstBinary = (byte)'4';
        if (file[1] < FirstBinary)
        {
            return ([], 0);
        }

        int at = 2;
        for (int numbers = file[1] == FirstBinary ? 2 : 3; numbers > 0; numbers--)
        {
            at = PassNumber(file, PassSpace(file, at));
        }

        at++;
        return at < file.Length && (IsSpace(file[at]) || file[at] == (byte)'#') ? ([Neighbour(file[at])], at) : ([], 0);
    }

    private static int PassSpace(ReadOnlySpan<byte> file, int at)
    {
        for (; at < file.Length; at++)
        {
            if (file[at] == (byte)'#')
            {
                int end = file[at..].IndexOf((byte)'\n');
                at = end < 0 ? file.Length : at + end;
            }
            else if (!IsSpace(file[at]))
            {
                break;
            }
        }

        return at;
    }

    private static int PassNumber(ReadOnlySpan<byte> file, int at)
    {
        while (at < file.Length && char.IsAsciiDigit((char)file[at]))
        {
            at++;
        }

        return at;
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r';

    private static byte Neighbour(byte value) => value == (byte)'\n' ? (byte)11 : (byte)(value - 1);
}
