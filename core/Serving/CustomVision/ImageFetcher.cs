using System.Net;
using System.Net.Sockets;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Settings;

namespace ClockFunctions.Core.Serving.CustomVision;

/// <summary>
/// Fetches an image from an address that a caller names. The caller must not reach with our hands what it cannot reach itself: only
/// https, only public addresses, only images, bounded in bytes, time and redirects.
/// </summary>
/// <remarks>
/// A name is resolved once for each connection, and the connection goes to the address that was checked: a name that points elsewhere a
/// moment later changes nothing.
/// </remarks>
public sealed class ImageFetcher : IDisposable
{
    private const int MostRedirects = 3;
    private const int BufferBytes = 64 * 1024;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly bool _isOn;
    private readonly ImageLimits _limits;
    private readonly Func<IPAddress, bool> _mayReach;
    private readonly HttpClient _client;

    public ImageFetcher(ClassifierOptions options)
        : this(options, PublicAddress.Is, null)
    {
    }

    /// <param name="options">Whether to fetch at all, and how much.</param>
    /// <param name="mayReach">Which addresses may be connected to.</param>
    /// <param name="isTrusted">Which certificates are trusted beside the system's own, by their hash; null for none.</param>
    internal ImageFetcher(ClassifierOptions options, Func<IPAddress, bool> mayReach, Func<string, bool>? isTrusted)
    {
        (_isOn, _limits, _mayReach) = (options.CustomVision.FetchUrls, options.Images, mayReach);
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = Timeout,
            ConnectCallback = ConnectAsync,
        };
        if (isTrusted is not null)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                certificate is not null && isTrusted(certificate.GetCertHashString());
        }

        _client = new HttpClient(handler) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
    }

    /// <summary>The bytes at an address.</summary>
    /// <exception cref="CustomVisionException">It must not be fetched, or cannot be.</exception>
    internal async Task<byte[]> FetchAsync(string url, CancellationToken cancellation)
    {
        if (!_isOn)
        {
            throw CustomVisionException.NotSupported(
                "This service fetches no addresses unless setting Classifier:CustomVision:FetchUrls is true. Send the image itself.");
        }

        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Timeout);
        try
        {
            Uri address = Address(url, null);
            for (int redirects = 0; redirects <= MostRedirects; redirects++)
            {
                using HttpResponseMessage answer = await _client.GetAsync(
                    address, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                if (answer.StatusCode is >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest
                    && answer.Headers.Location is { } next)
                {
                    address = Address(next.OriginalString, address);
                    continue;
                }

                return await ReadAsync(answer, limit.Token);
            }

            throw Refused($"It redirects more than {MostRedirects} times.");
        }
        catch (HttpRequestException e)
        {
            // A refusal while connecting comes wrapped; whatever else the network said is nobody's business but its kind.
            throw e.InnerException as CustomVisionException ?? Refused($"It cannot be fetched ({e.HttpRequestError}).");
        }
        catch (IOException)
        {
            throw Refused("It broke off in the middle.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Refused($"It did not come within {Timeout.TotalSeconds:0} seconds.");
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<byte[]> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw Refused($"It answers {(int)answer.StatusCode}.");
        }

        if (answer.Content.Headers.ContentType?.MediaType is not { } type
            || !(type.StartsWith("image/", StringComparison.OrdinalIgnoreCase)
                || type.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase)))
        {
            throw Refused("It is no image.");
        }

        if (answer.Content.Headers.ContentLength > _limits.MaxBytes)
        {
            throw TooLarge();
        }

        using MemoryStream image = new();
        await using Stream body = await answer.Content.ReadAsStreamAsync(cancellation);
        byte[] buffer = new byte[BufferBytes];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellation)) > 0)
        {
            if (image.Length + read > _limits.MaxBytes)
            {
                throw TooLarge();
            }

            image.Write(buffer, 0, read);
        }

        return image.ToArray();
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        DnsEndPoint wanted = context.DnsEndPoint;
        IPAddress[] addresses;
        try
        {
            addresses = await Dns.GetHostAddressesAsync(wanted.Host, cancellation);
        }
        catch (SocketException)
        {
            throw Refused("Its name is not known.");
        }

        if (addresses.Length == 0 || !addresses.All(_mayReach))
        {
            throw Refused("Its address is not a public one.");
        }

        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, wanted.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Uri Address(string url, Uri? from) =>
        (from is null ? Uri.TryCreate(url, UriKind.Absolute, out Uri? address) : Uri.TryCreate(from, url, out address))
        && address.Scheme == Uri.UriSchemeHttps && address.UserInfo.Length == 0
            ? address
            : throw Refused("It must begin with https:// and hold no password.");

    private CustomVisionException TooLarge() =>
        CustomVisionException.BadRequest("BadRequestImageSizeBytes", $"An image may have {_limits.MaxBytes} bytes.");

    private static CustomVisionException Refused(string why) =>
        CustomVisionException.BadRequest("BadRequestImageUrl", $"The address cannot be used. {why}");
}
