using System.Net;
using System.Net.Http.Headers;

namespace ClockFunctions.Core.Backbones.Download;

/// <summary>
/// Downloads a file of known length and hash. What was received before a connection broke is kept in
/// <c>{file}.partial</c>, and the next attempt asks for the rest.
/// </summary>
/// <param name="client">Its timeout should be infinite: large files take long, and stalls are watched here.</param>
/// <param name="stallTimeout">Longest wait for the next bytes.</param>
internal sealed class FileDownload(HttpClient client, TimeSpan stallTimeout)
{
    private const int BufferSize = 1 << 17;
    private const int Attempts = 3;

    /// <summary>Downloads to <paramref name="file"/>, which exists afterwards only if length and hash are right.</summary>
    /// <exception cref="BackboneException">The source is unreachable, keeps breaking off or stalling, or serves another file.</exception>
    public async Task RunAsync(
        Uri source, string file, long bytes, string sha256, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        string partial = $"{file}.partial";
        try
        {
            await ReceiveAllAsync(source, partial, bytes, progress, cancellation);
            string found = FileHash.Sha256(partial);
            if (found != sha256)
            {
                throw new OtherFileException($"its sha256 is {found}, not {sha256}");
            }
        }
        catch (OtherFileException e)
        {
            File.Delete(partial);
            throw new BackboneException($"{source} is not the file that was expected: {e.Message}. Nothing was kept.");
        }

        File.Move(partial, file, overwrite: true);
    }

    private async Task ReceiveAllAsync(
        Uri source, string partial, long bytes, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            long before = LengthOf(partial);
            string? failure = await ReceiveAsync(source, partial, bytes, progress, cancellation);
            if (failure is null)
            {
                return;
            }

            // A source that gave something before it broke off deserves another try.
            if (attempt == Attempts || LengthOf(partial) <= before)
            {
                throw new BackboneException($"{source} {failure}. {WhatIsKept(partial, bytes)}");
            }
        }
    }

    /// <summary>One attempt.</summary>
    /// <returns>Null when the partial file is complete, else what went wrong, as the rest of a sentence.</returns>
    /// <exception cref="OtherFileException">Trying again is of no use.</exception>
    private async Task<string?> ReceiveAsync(
        Uri source, string partial, long bytes, IProgress<DownloadProgress>? progress, CancellationToken cancellation)
    {
        using CancellationTokenSource stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stall.CancelAfter(stallTimeout);
        try
        {
            await using FileStream target = new(partial, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            if (target.Length >= bytes)
            {
                target.SetLength(0);
            }

            using HttpResponseMessage response = await RequestAsync(source, target.Length, stall.Token);
            if (!response.IsSuccessStatusCode)
            {
                return $"answered {(int)response.StatusCode} {response.ReasonPhrase}";
            }

            if (response.StatusCode is not HttpStatusCode.PartialContent)
            {
                // The server does not do ranges: it starts again.
                target.SetLength(0);
            }
            else if (response.Content.Headers.ContentRange?.From != target.Length)
            {
                return "answered with another part of the file than it was asked for";
            }

            if (target.Length + response.Content.Headers.ContentLength is { } length && length != bytes)
            {
                throw new OtherFileException($"it has {length} bytes, not {bytes}");
            }

            target.Seek(0, SeekOrigin.End);
            await using Stream content = await response.Content.ReadAsStreamAsync(stall.Token);
            byte[] buffer = new byte[BufferSize];
            int read;
            while ((read = await ReadAsync(content, buffer, stall.Token)) > 0)
            {
                if (target.Length + read > bytes)
                {
                    throw new OtherFileException($"it has more than {bytes} bytes");
                }

                await target.WriteAsync(buffer.AsMemory(0, read), cancellation);
                stall.CancelAfter(stallTimeout);
                progress?.Report(new(target.Length, bytes));
            }

            return target.Length == bytes ? null : $"ended after {target.Length} of {bytes} bytes";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"sent nothing for {stallTimeout.TotalSeconds:0.#} s";
        }
        catch (HttpRequestException e)
        {
            return $"failed ({e.Message.TrimEnd('.')})";
        }
    }

    /// <summary>Tells a broken connection from a full disk: both are <see cref="IOException"/>.</summary>
    private static async Task<int> ReadAsync(Stream content, Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            return await content.ReadAsync(buffer, cancellation);
        }
        catch (IOException e)
        {
            throw new HttpRequestException(e.Message, e);
        }
    }

    private async Task<HttpResponseMessage> RequestAsync(Uri source, long from, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, source);
        if (from > 0)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
        }

        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    private static string WhatIsKept(string partial, long bytes)
    {
        if (LengthOf(partial) is > 0 and var kept)
        {
            return $"{kept} of {bytes} bytes are kept: run it again to go on from there.";
        }

        File.Delete(partial);
        return "Nothing was kept.";
    }

    private static long LengthOf(string file) => File.Exists(file) ? new FileInfo(file).Length : 0;

    private sealed class OtherFileException(string message) : Exception(message);
}
