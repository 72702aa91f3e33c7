using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using ClockFunctions.Core;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Storage;

namespace ClockFunctions.Cli.CustomVision;

/// <summary>The tagged images of a Custom Vision project, by its training API (v3.3).</summary>
public sealed class ProjectImages : IDisposable
{
    private const int PageSize = 256; // the most that the API gives
    private const int Concurrency = 8;
    private const int Attempts = 5;
    private const string KeyHeader = "Training-Key";
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    private readonly Uri _images;
    private readonly string _key;
    private readonly int _maxBytes;
    private readonly HttpClient _client = new() { Timeout = Patience };

    /// <param name="endpoint">Of the training resource, with a slash at its end.</param>
    /// <param name="key">Its training key.</param>
    /// <param name="project">The project.</param>
    /// <param name="maxBytes">Largest image that is taken.</param>
    public ProjectImages(Uri endpoint, string key, Guid project, int maxBytes)
    {
        (_images, _key, _maxBytes) = (new Uri(endpoint, $"customvision/v3.3/training/projects/{project}/images/"), key, maxBytes);
        _client.MaxResponseContentBufferSize = maxBytes;
    }

    /// <summary>Copies them to <c>{folder}/{tag}/{image id}.{jpg…}</c>, which a later call finds and does not fetch again.</summary>
    /// <exception cref="HttpRequestException">The list of images cannot be had.</exception>
    public async Task<ImportResult> CopyAsync(string folder, IProgress<int>? progress, CancellationToken cancellation)
    {
        ConcurrentBag<FolderProblem> problems = [];
        (int copied, int skipped) = (0, 0);
        for (int skip = 0; ; skip += PageSize)
        {
            ProjectImage[] page = await ReadPageAsync(skip, cancellation);
            ParallelOptions parallel = new() { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellation };
            await Parallel.ForEachAsync(page, parallel, async (image, stop) =>
            {
                if (Folder(image, out string? reason) is not { } tag)
                {
                    problems.Add(new FolderProblem(image.Id.ToString(), reason!));
                    return;
                }

                string path = Path.Combine(folder, tag);
                if (IsThere(path, image.Id))
                {
                    Interlocked.Increment(ref skipped);
                }
                else if (await TryFetchAsync(image, path, problems, stop))
                {
                    Interlocked.Increment(ref copied);
                }

                progress?.Report(Volatile.Read(ref copied) + Volatile.Read(ref skipped));
            });
            if (page.Length < PageSize)
            {
                return new ImportResult(copied, skipped, [.. problems.OrderBy(problem => problem.Path, StringComparer.Ordinal)]);
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<ProjectImage[]> ReadPageAsync(int skip, CancellationToken cancellation)
    {
        // By age, so that what is added meanwhile comes at the end and moves nothing from one page to another.
        Uri page = new(_images, $"tagged?orderBy=Oldest&take={PageSize}&skip={skip}");
        using HttpResponseMessage answer = await SendAsync(page, cancellation);
        if (!answer.IsSuccessStatusCode)
        {
            throw new HttpRequestException(
                $"{page.Host} does not give the images of this project ({(int)answer.StatusCode}): are endpoint, key and project right?");
        }

        return await answer.Content.ReadFromJsonAsync<ProjectImage[]>(Json.Compact, cancellation) ?? [];
    }

    private async Task<bool> TryFetchAsync(
        ProjectImage image, string folder, ConcurrentBag<FolderProblem> problems, CancellationToken cancellation)
    {
        string? reason;
        try
        {
            Uri? address = Uri.TryCreate(image.OriginalImageUri ?? image.ResizedImageUri, UriKind.Absolute, out Uri? uri) ? uri : null;
            if (address is null)
            {
                reason = "has no address.";
            }
            else
            {
                using HttpResponseMessage answer = await SendAsync(address, cancellation);
                if (answer.IsSuccessStatusCode)
                {
                    byte[] content = await answer.Content.ReadAsByteArrayAsync(cancellation);
                    await WriteAsync(folder, image.Id, Extension(answer.Content.Headers.ContentType), content, cancellation);
                    return true;
                }

                reason = $"cannot be fetched ({(int)answer.StatusCode}).";
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            reason = $"cannot be fetched, or has more than {_maxBytes} bytes: {e.Message}";
        }

        problems.Add(new FolderProblem(image.Id.ToString(), reason));
        return false;
    }

    /// <summary>Asks again what the service says it has no time for.</summary>
    private async Task<HttpResponseMessage> SendAsync(Uri address, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, address);
            // Images lie in a storage of the service, under addresses that are signed: the key is for the service alone.
            if (address.Authority == _images.Authority)
            {
                request.Headers.Add(KeyHeader, _key);
            }

            HttpResponseMessage answer = await _client.SendAsync(request, cancellation);
            if (attempt == Attempts || (answer.StatusCode != HttpStatusCode.TooManyRequests && (int)answer.StatusCode < 500))
            {
                return answer;
            }

            TimeSpan pause = answer.Headers.RetryAfter?.Delta ?? FirstPause * (1 << (attempt - 1));
            answer.Dispose();
            await Task.Delay(pause, TimeProvider.System, cancellation);
        }
    }

    /// <summary>Under another name first, so that a file that is there is whole.</summary>
    private static async Task WriteAsync(string folder, Guid id, string extension, byte[] content, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        string part = Path.Combine(folder, $".{id}.part");
        await File.WriteAllBytesAsync(part, content, cancellation);
        File.Move(part, Path.Combine(folder, $"{id}{extension}"), overwrite: true);
    }

    private static bool IsThere(string folder, Guid id) =>
        Directory.Exists(folder) && Directory.EnumerateFiles(folder, $"{id}.*").Any();

    private static string Extension(MediaTypeHeaderValue? type) => type?.MediaType switch
    {
        "image/png" => ".png",
        "image/gif" => ".gif",
        "image/bmp" => ".bmp",
        "image/webp" => ".webp",
        "image/tiff" => ".tiff",
        _ => ".jpg",
    };

    /// <summary>The folder of an image's tag; null, with the reason, when it cannot be filed under one.</summary>
    private static string? Folder(ProjectImage image, out string? reason)
    {
        string[] tags = [.. (image.Tags ?? []).Select(tag => tag.TagName).Distinct()];
        reason = tags switch
        {
            [] => "has no tag.",
            [var tag] when tag.Contains('/', StringComparison.Ordinal) || tag.StartsWith('.') =>
                $"has the tag '{tag}', which can be no folder's name.",
            [var tag] when BlobName.Problem(tag) is { } problem => $"has a tag that {problem}.",
            [_] => null,
            _ => $"has {tags.Length} tags ({string.Join(", ", tags)}), and one label is what an image has here.",
        };
        return reason is null ? tags[0] : null;
    }

    private sealed record ProjectImage(Guid Id, string? OriginalImageUri, string? ResizedImageUri, ProjectTag[]? Tags);

    private sealed record ProjectTag(string TagName);
}

/// <summary>What an import did.</summary>
/// <param name="Copied">Images fetched.</param>
/// <param name="Skipped">Images that were there already.</param>
/// <param name="Problems">Images that were left out.</param>
public sealed record ImportResult(int Copied, int Skipped, IReadOnlyList<FolderProblem> Problems);
