namespace ClockFunctions.Core.Imaging;

/// <summary>
/// An image file as a stream for a decoder that does not tell whether it missed anything: some zeros follow the file, so that a
/// decoder that wanted more than there is ends behind the file's end instead of giving up silently with half an image.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="patch">Bytes that are read instead of those at <paramref name="patchAt"/>; lies within the file.</param>
/// <param name="patchAt">Where <paramref name="patch"/> begins.</param>
internal sealed class PaddedStream(ReadOnlyMemory<byte> file, ReadOnlyMemory<byte> patch = default, int patchAt = 0) : Stream
{
    /// <summary>More than any format reads at once without looking at it.</summary>
    private const int Padding = 64;

    private long _position;

    /// <summary>How many bytes behind the file's end the reader stands; 0 or less: it stands within the file.</summary>
    public long PastEnd => _position - file.Length;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length + Padding;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Clamp(Length - _position, 0, buffer.Length);
        Span<byte> target = buffer[..count];
        int inFile = (int)Math.Clamp(file.Length - _position, 0, count);
        file.Span.Slice((int)Math.Min(_position, file.Length), inFile).CopyTo(target);
        target[inFile..].Clear();

        long first = Math.Max(patchAt, _position);
        long end = Math.Min((long)patchAt + patch.Length, _position + count);
        if (first < end)
        {
            patch.Span[(int)(first - patchAt)..(int)(end - patchAt)].CopyTo(target[(int)(first - _position)..]);
        }

        _position += count;
        return count;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => Length,
    };

    public override void Flush()
    {
        // Nothing is written.
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
