using System.IO.Pipelines;
using Microsoft.AspNetCore.Mvc;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>
/// The body of one request while it is read: how fast it comes, how long it may take, and what it holds of the
/// <see cref="UploadBudget"/>.
/// </summary>
/// <remarks>
/// Each MiB must come within a time of its own, and so must what is left at the end. A large body may thus take longer than a small
/// one, and a connection that has fallen silent is noticed soon, however much it sent before.
/// </remarks>
public sealed class UploadStream : Stream
{
    private const int Stretch = 1024 * 1024;

    /// <summary>Seconds over which the speed is an average, the last ones counting most: a client that has stopped is slow soon.</summary>
    private const double Window = 2;

    private readonly Stream _body;
    private readonly UploadBudget _budget;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly CancellationToken _request;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenRegistration _ended;
    private readonly long _opened;
    private long _received;
    private volatile Recently _recently;
    private volatile bool _isSentAway;

    internal UploadStream(PipeReader body, UploadBudget budget, TimeSpan timeout, TimeProvider time, CancellationToken request)
    {
        (_body, _budget, _timeout, _time, _request) = (body.AsStream(leaveOpen: true), budget, timeout, time, request);
        _opened = time.GetTimestamp();
        _recently = new Recently(0, _opened);
        _limit = new CancellationTokenSource(timeout, time);
        // Rather than by the token of a read: a server then still knows where in the body it is, and can read over the rest.
        _ended = _limit.Token.UnsafeRegister(static body => ((PipeReader)body!).CancelPendingRead(), body);
    }

    /// <summary>Bytes that it holds of the budget. Only the budget changes it, under its lock.</summary>
    internal int Held { get; set; }

    internal TimeSpan Age => _time.GetElapsedTime(_opened);

    /// <summary>How fast it came lately.</summary>
    internal double BytesPerSecond => _recently.Bytes(_time) / Window;

    /// <summary>Reads what has come.</summary>
    /// <exception cref="UploadRefusedException">It comes too slowly.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            int read = await _body.ReadAsync(buffer, _request);
            Count(read);
            return read;
        }
        catch (OperationCanceledException) when (!_request.IsCancellationRequested)
        {
            throw new UploadRefusedException(_isSentAway
                ? Problems.Overloaded("This was the slowest of the uploads under way, and others need its memory. Try again later.")
                : Problems.TooSlow($"Each MiB of a body must come within {_timeout.TotalSeconds:0.#} seconds."));
        }
    }

    /// <summary>All of it that is wanted has come: from now on it is neither late nor slow, though it still holds its memory.</summary>
    public void Finish()
    {
        _budget.Finish(this);
        _limit.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    internal ValueTask<bool> TryReserveAsync(int bytes, CancellationToken cancellation) =>
        _budget.TryReserveAsync(this, bytes, cancellation);

    internal void Release(int bytes) => _budget.Release(this, bytes);

    /// <summary>Ends the reading, because others need the memory.</summary>
    internal void SendAway()
    {
        _isSentAway = true;
        try
        {
            _limit.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _budget.Finish(this);
            _ended.Dispose();
            _limit.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Count(int read)
    {
        if (read == 0)
        {
            Finish();
            return;
        }

        _recently = new Recently(_recently.Bytes(_time) + read, _time.GetTimestamp());
        long before = _received;
        _received += read;
        if (_received / Stretch > before / Stretch)
        {
            _limit.CancelAfter(_timeout);
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _received;
        set => throw new NotSupportedException();
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A body is read asynchronously.");

    public override void Flush()
    {
        // Nothing is written.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Bytes as they were at a moment, each counting less the longer it is ago.</summary>
    private sealed record Recently(double Then, long At)
    {
        public double Bytes(TimeProvider time) => Then * Math.Exp(-time.GetElapsedTime(At).TotalSeconds / Window);
    }
}

/// <summary>A body that comes too slowly is not read to its end.</summary>
public sealed class UploadRefusedException(ProblemDetails problem) : Exception(problem.Detail)
{
    /// <summary>What its sender is answered.</summary>
    public ProblemDetails Problem => problem;
}
