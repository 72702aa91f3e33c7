using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ClockFunctions.Bench.Http;

/// <summary>
/// A closed loop of HTTP/1.1 keep-alive connections that post prepared bodies over raw sockets: it shares
/// the machine with the server, so it spends as little as it can on each request.
/// </summary>
public static class LoadGenerator
{
    private const int ReadSize = 64 * 1024;

    /// <summary>Posts <paramref name="bodies"/> in turn from each connection until the time is up.</summary>
    /// <exception cref="IOException">A connection broke, or an answer was no HTTP.</exception>
    public static async Task<LoadResult> RunAsync(
        int port, string path, IReadOnlyList<byte[]> bodies, int connections, TimeSpan duration, CancellationToken cancellation = default)
    {
        byte[][] requests = [.. bodies.Select(body => Request(path, body))];
        ConcurrentBag<(int Status, double Milliseconds)> answers = [];
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async connection =>
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
            byte[] buffer = new byte[ReadSize];
            for (int i = connection; Stopwatch.GetElapsedTime(start) < duration; i++)
            {
                long sent = Stopwatch.GetTimestamp();
                await SendAsync(socket, requests[i % requests.Length], cancellation);
                int status = await ReceiveAsync(socket, buffer, cancellation);
                answers.Add((status, Stopwatch.GetElapsedTime(sent).TotalMilliseconds));
            }
        }));
        return LoadResult.Of(answers, Stopwatch.GetElapsedTime(start));
    }

    private static byte[] Request(string path, byte[] body)
    {
        string head = $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: image/jpeg\r\nContent-Length: {body.Length}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        while (!request.IsEmpty)
        {
            request = request[await socket.SendAsync(request, cancellation)..];
        }
    }

    private static async Task<int> ReceiveAsync(Socket socket, byte[] buffer, CancellationToken cancellation)
    {
        int filled = 0;
        while (true)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(filled), cancellation);
            if (read == 0)
            {
                throw new IOException("The server closed a connection.");
            }

            filled += read;
            if (Complete(buffer.AsSpan(0, filled)) is int status)
            {
                return status;
            }
        }
    }

    /// <summary>The status when <paramref name="answer"/> holds a whole response, else null.</summary>
    private static int? Complete(ReadOnlySpan<byte> answer)
    {
        int head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return null;
        }

        if (!answer.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(answer[9..], out int status, out _))
        {
            throw new IOException("The answer is not HTTP/1.1.");
        }

        string headers = Encoding.ASCII.GetString(answer[..head]);
        int at = headers.IndexOf("content-length:", StringComparison.OrdinalIgnoreCase);
        if (at >= 0)
        {
            string rest = headers[(at + "content-length:".Length)..];
            int length = int.Parse(rest.Split('\r', 2)[0], CultureInfo.InvariantCulture);
            return answer.Length >= head + 4 + length ? status : null;
        }

        return answer.EndsWith("\r\n0\r\n\r\n"u8) ? status : null; // chunked
    }
}
