using System.Net.Sockets;
using System.Text;

namespace ClockFunctions.Tests.Support;

/// <summary>A connection on which a test says every byte itself, also what no client library would.</summary>
public sealed class RawClient : IDisposable
{
    /// <summary>A slow machine may take long; what never happens takes for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TcpClient _client = new();

    private RawClient()
    {
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<RawClient> ConnectAsync(Uri server)
    {
        RawClient raw = new();
        await raw._client.ConnectAsync(server.Host, server.Port, Stop);
        return raw;
    }

    /// <summary>Sends one request on a connection of its own, and returns the whole answer once the server has closed it.</summary>
    public static async Task<string> ExchangeAsync(Uri server, string request)
    {
        using RawClient raw = await ConnectAsync(server);
        await raw.SendAsync(Encoding.Latin1.GetBytes(request));
        return await raw.ReadToEndAsync();
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => _client.GetStream().WriteAsync(bytes, Stop);

    /// <summary>Sends a POST whose body is announced in full, and only begun.</summary>
    public async Task BeginAsync(string path, byte[] body, int length, string contentType = "image/jpeg")
    {
        string head = $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n\r\n";
        await SendAsync(Encoding.ASCII.GetBytes(head));
        await SendAsync(body.AsMemory(0, length));
    }

    /// <summary>What comes until it holds a text, or until the server closes the connection.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        StringBuilder answer = new();
        byte[] buffer = new byte[4096];
        while (!answer.ToString().Contains(text, StringComparison.Ordinal))
        {
            int read = await _client.GetStream().ReadAsync(buffer, Stop).AsTask().WaitAsync(Patience, Stop);
            if (read == 0)
            {
                break;
            }

            answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        return answer.ToString();
    }

    /// <summary>What comes until the server closes the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using MemoryStream answer = new();
        try
        {
            await _client.GetStream().CopyToAsync(answer, Stop).WaitAsync(Patience, Stop);
        }
        catch (IOException) when (answer.Length > 0)
        {
            // Cut after its answer: the server did not want the rest of the body.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }

    public void Dispose() => _client.Dispose();
}
