using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace ClockFunctions.Tests.Support;

/// <summary>A web server on a loopback socket that serves one file, well or badly: each request takes the next of its ways.</summary>
public sealed partial class FickleServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _file;
    private readonly Queue<Answering> _ways;
    private readonly Task _running;

    /// <summary>The last way is taken for all further requests.</summary>
    public FickleServer(byte[] file, params Answering[] ways)
    {
        (_file, _ways) = (file, new(ways));
        _listener.Start();
        _running = RunAsync();
    }

    public Uri Url => new($"http://{_listener.LocalEndpoint}/model.onnx");

    /// <summary>First byte that each request asked for.</summary>
    public List<int> Requests { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Answering way = _ways.Count > 1 ? _ways.Dequeue() : _ways.Peek();
                await AnswerAsync(client, way);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException && _stop.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client, Answering way)
    {
        NetworkStream stream = client.GetStream();
        using StreamReader reader = new(stream, Encoding.ASCII, leaveOpen: true);
        int from = 0;
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
        {
            from = RangeHeader().Match(line) is { Success: true } match
                ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : from;
        }

        Requests.Add(from);
        (string status, int start, int length, byte[] body) = way switch
        {
            Answering.WithoutRanges => ("200 OK", 0, _file.Length, _file),
            Answering.NotFound => ("404 Not Found", 0, 0, []),
            Answering.AnotherFile => ("200 OK", 0, _file.Length, [.. _file.Select(value => (byte)~value)]),
            Answering.LongerFile => ("200 OK", 0, _file.Length + 1, [.. _file, 0]),
            Answering.WithoutLength => ("200 OK", 0, -1, [.. _file, .. _file]),
            Answering.AnotherRange => ("206 Partial Content", from + 1, _file.Length - from - 1, _file[(from + 1)..]),
            _ => (from > 0 ? "206 Partial Content" : "200 OK", from, _file.Length - from, _file[from..]),
        };
        string headers = $"HTTP/1.1 {status}\r\nConnection: close\r\n"
            + (length >= 0 ? $"Content-Length: {length}\r\n" : "")
            + (status.StartsWith("206", StringComparison.Ordinal)
            ? $"Content-Range: bytes {start}-{_file.Length - 1}/{_file.Length}\r\n" : "")
            + "\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(headers), _stop.Token);
        if (way is Answering.CutInTheMiddle or Answering.StalledInTheMiddle)
        {
            body = body[..(body.Length / 2)];
        }

        try
        {
            await stream.WriteAsync(body, _stop.Token);
            if (way is Answering.StalledInTheMiddle)
            {
                await stream.FlushAsync(_stop.Token);
                await Task.Delay(Timeout.Infinite, _stop.Token);
            }
        }
        catch (IOException)
        {
            // The client has heard enough and hung up.
        }
    }

    [GeneratedRegex("^Range: bytes=([0-9]+)-", RegexOptions.IgnoreCase)]
    private static partial Regex RangeHeader();
}

/// <summary>How a server answers.</summary>
public enum Answering
{
    Well,
    WithoutRanges,
    CutInTheMiddle,
    StalledInTheMiddle,
    NotFound,
    AnotherFile,
    LongerFile,
    WithoutLength,
    AnotherRange,
}
