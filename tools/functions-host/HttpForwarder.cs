namespace ClockFunctions.StandIn;

/// <summary>Passes HTTP requests on to the worker's own port, marked with the invocation that they belong to.</summary>
internal sealed class HttpForwarder : IDisposable
{
    private const string InvocationHeader = "x-ms-invocation-id";

    // The host's own numbers: the worker's port may not be open yet when its functions are loaded.
    private const int Attempts = 10;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    private readonly HttpClient _client;

    public HttpForwarder(Uri worker) =>
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = worker };

    /// <param name="request">A relative address.</param>
    /// <param name="invocationId">The invocation.</param>
    /// <param name="cancellation">The caller has gone.</param>
    /// <exception cref="HttpRequestException">The worker cannot be reached, or broke off.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string invocationId, CancellationToken cancellation)
    {
        request.Headers.Add(InvocationHeader, invocationId);
        byte[]? body = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync(cancellation);
        TimeSpan pause = FirstPause;
        for (int attempt = 1; ; attempt++)
        {
            using HttpRequestMessage copy = Copy(request, body);
            try
            {
                return await _client.SendAsync(copy, cancellation);
            }
            catch (HttpRequestException) when (attempt < Attempts)
            {
                await Task.Delay(pause, cancellation);
                pause = 2 * pause < LongestPause ? 2 * pause : LongestPause;
            }
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>A request can be sent once only.</summary>
    private static HttpRequestMessage Copy(HttpRequestMessage request, byte[]? body)
    {
        HttpRequestMessage copy = new(request.Method, request.RequestUri);
        foreach ((string name, IEnumerable<string> values) in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        if (body is not null)
        {
            copy.Content = new ByteArrayContent(body);
            foreach ((string name, IEnumerable<string> values) in request.Content!.Headers)
            {
                copy.Content.Headers.TryAddWithoutValidation(name, values);
            }
        }

        return copy;
    }
}
