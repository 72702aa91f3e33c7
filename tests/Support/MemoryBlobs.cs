using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace ClockFunctions.Tests.Support;

/// <summary>
/// What core asks of a blob service, in memory, below the real client library: for tests that need ten thousand storages. It answers
/// what Azurite answers, which <c>MemoryBlobsTests</c> holds. Its clock moves only when a test says so.
/// </summary>
public sealed class MemoryBlobs
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Blob> _blobs = new(StringComparer.Ordinal);
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _writes;

    /// <summary>Told of every successful write: the name with its container, and the content.</summary>
    public Action<string, byte[]> Written { get; set; } = (_, _) => { };

    /// <summary>A way in of its own.</summary>
    /// <param name="before">Told of each request before it is answered, as <c>PUT models/training.state</c>; may throw.</param>
    /// <param name="after">Told of each request after it was answered; what it throws, the client gets in place of the answer.</param>
    public BlobServiceClient Connect(Action<string>? before = null, Action<string>? after = null) => new(
        new Uri("http://127.0.0.1/memory"),
        new BlobClientOptions { Transport = new Transport(this, before, after), Retry = { MaxRetries = 0 } });

    /// <summary>Lets time pass for the leases.</summary>
    public void Advance(TimeSpan time)
    {
        lock (_gate)
        {
            _now += time;
        }
    }

    /// <summary>What is stored under a name with its container; null when nothing is.</summary>
    public byte[]? Read(string name)
    {
        lock (_gate)
        {
            return _blobs.GetValueOrDefault(name)?.Content;
        }
    }

    /// <summary>Takes a lease from whoever has it.</summary>
    public void BreakLease(string name)
    {
        lock (_gate)
        {
            if (_blobs.TryGetValue(name, out Blob? blob))
            {
                blob.Lease = null;
            }
        }
    }

    private Answer Ask(Request request, byte[] body)
    {
        string name = NameOf(request);
        Dictionary<string, string> query = request.Uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
        lock (_gate)
        {
            if (query.GetValueOrDefault("restype") == "container")
            {
                return query.ContainsKey("comp") ? List(name, query) : new Answer(request.Method == RequestMethod.Put ? 201 : 200);
            }

            _blobs.TryGetValue(name, out Blob? blob);
            return (request.Method.Method, query.GetValueOrDefault("comp")) switch
            {
                ("PUT", "lease") => LeaseOf(blob, request),
                ("PUT", null) => Put(name, blob, request, body),
                ("GET", null) or ("HEAD", null) => Get(blob, request),
                ("DELETE", null) => Delete(name, blob, request),
                _ => throw new NotSupportedException($"{request.Method} {request.Uri}"),
            };
        }
    }

    /// <summary>The container, and the blob in it; the first part of the path is the account.</summary>
    private static string NameOf(Request request) => Uri.UnescapeDataString(request.Uri.Path.TrimStart('/').Split('/', 2)[1]);

    private Answer Put(string name, Blob? blob, Request request, byte[] body)
    {
        if ((Refusal(blob, request) ?? LeaseRefusal(blob, request)) is { } refused)
        {
            return refused;
        }

        Dictionary<string, string> metadata = request.Headers
            .Where(header => header.Name.StartsWith("x-ms-meta-", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(header => header.Name["x-ms-meta-".Length..], header => header.Value);
        Blob written = new(body, $"\"0x{++_writes:X}\"", _now, metadata, MD5Of(body)) { Lease = blob?.Lease };
        _blobs[name] = written;
        Written(name, body);
        return written.Answer(201);
    }

    private static Answer Get(Blob? blob, Request request)
    {
        if (blob is null)
        {
            return Answer.Error(404, "BlobNotFound");
        }

        if (request.Headers.TryGetValue("If-None-Match", out string? known) && known.Trim('"') == blob.ETag.Trim('"'))
        {
            return blob.Answer(304);
        }

        if (Refusal(blob, request) is { } refused)
        {
            return refused;
        }

        if (!request.Headers.TryGetValue("x-ms-range", out string? range) && !request.Headers.TryGetValue("Range", out range))
        {
            return blob.Answer(200, blob.Content);
        }

        string[] ends = range!["bytes=".Length..].Split('-');
        int from = int.Parse(ends[0], CultureInfo.InvariantCulture);
        if (from >= blob.Content.Length)
        {
            return Answer.Error(416, "InvalidRange");
        }

        int to = ends[1].Length == 0 ? blob.Content.Length - 1
            : (int)Math.Min(long.Parse(ends[1], CultureInfo.InvariantCulture), blob.Content.Length - 1);
        Answer part = blob.Answer(206, blob.Content[from..(to + 1)]);
        part.Headers["Content-Range"] = $"bytes {from}-{to}/{blob.Content.Length}";
        return part;
    }

    private Answer Delete(string name, Blob? blob, Request request)
    {
        if (blob is null)
        {
            return Answer.Error(404, "BlobNotFound");
        }

        if (LeaseRefusal(blob, request) is { } refused)
        {
            return refused;
        }

        _blobs.Remove(name);
        return new Answer(202);
    }

    private Answer LeaseOf(Blob? blob, Request request)
    {
        if (blob is null)
        {
            return Answer.Error(404, "BlobNotFound");
        }

        request.Headers.TryGetValue("x-ms-lease-action", out string? action);
        string? id = request.Headers.TryGetValue("x-ms-lease-id", out string? given) ? given
            : request.Headers.TryGetValue("x-ms-proposed-lease-id", out string? proposed) ? proposed : null;
        string? holder = Holder(blob);
        if (holder is not null && holder != id)
        {
            return Answer.Error(409, action == "acquire" ? "LeaseAlreadyPresent" : "LeaseIdMismatchWithLeaseOperation");
        }

        if (holder is null && action != "acquire")
        {
            return Answer.Error(409, "LeaseNotPresentWithLeaseOperation");
        }

        blob.Lease = action == "release" ? null : (id!, _now + TimeSpan.FromSeconds(30));
        Answer done = blob.Answer(action == "acquire" ? 201 : 200);
        done.Headers["x-ms-lease-id"] = id!;
        return done;
    }

    private Answer List(string container, Dictionary<string, string> query)
    {
        string prefix = $"{container}/{query.GetValueOrDefault("prefix")}";
        XElement blobs = new("Blobs", _blobs
            .Where(blob => blob.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(blob => new XElement(
                "Blob",
                new XElement("Name", blob.Key[(container.Length + 1)..]),
                new XElement(
                    "Properties",
                    new XElement("Creation-Time", $"{blob.Value.Modified:R}"),
                    new XElement("Last-Modified", $"{blob.Value.Modified:R}"),
                    new XElement("Etag", blob.Value.ETag.Trim('"')),
                    new XElement("Content-Length", blob.Value.Content.Length),
                    new XElement("Content-MD5", blob.Value.Md5),
                    new XElement("BlobType", "BlockBlob")),
                new XElement("Metadata", blob.Value.Metadata.Select(pair => new XElement(pair.Key, pair.Value))))));
        XElement answer = new("EnumerationResults", new XAttribute("ContainerName", container), blobs, new XElement("NextMarker"));
        return new Answer(200, Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"utf-8\"?>{answer}"))
        {
            Headers = { ["Content-Type"] = "application/xml" },
        };
    }

    private static Answer? Refusal(Blob? blob, Request request)
    {
        if (request.Headers.TryGetValue("If-None-Match", out string? none) && none == "*" && blob is not null)
        {
            return Answer.Error(409, "BlobAlreadyExists");
        }

        // With quotes or, as listings give it, without.
        return request.Headers.TryGetValue("If-Match", out string? match) && match.Trim('"') != blob?.ETag.Trim('"')
            ? Answer.Error(412, "ConditionNotMet") : null;
    }

    private Answer? LeaseRefusal(Blob? blob, Request request)
    {
        string? holder = blob is null ? null : Holder(blob);
        request.Headers.TryGetValue("x-ms-lease-id", out string? id);
        return (holder, id) switch
        {
            (null, null) => null,
            (null, _) => Answer.Error(412, "LeaseNotPresentWithBlobOperation"),
            (_, null) => Answer.Error(412, "LeaseIdMissing"),
            _ => holder == id ? null : Answer.Error(412, "LeaseIdMismatchWithBlobOperation"),
        };
    }

    private string? Holder(Blob blob) => blob.Lease is { } lease && lease.Until > _now ? lease.Id : null;

#pragma warning disable CA5351 // The service notes MD5 and nothing else.
    private static string MD5Of(byte[] content) => Convert.ToBase64String(MD5.HashData(content));
#pragma warning restore CA5351

    private sealed record Blob(
        byte[] Content, string ETag, DateTimeOffset Modified, IReadOnlyDictionary<string, string> Metadata, string Md5)
    {
        public (string Id, DateTimeOffset Until)? Lease { get; set; }

        public Answer Answer(int status, byte[]? body = null)
        {
            Answer answer = new(status, body ?? [])
            {
                Headers =
                {
                    ["ETag"] = ETag,
                    ["Last-Modified"] = $"{Modified:R}",
                    ["Content-Type"] = "application/octet-stream",
                    ["Content-MD5"] = Md5,
                    ["x-ms-blob-type"] = "BlockBlob",
                },
            };
            foreach ((string name, string value) in Metadata)
            {
                answer.Headers[$"x-ms-meta-{name}"] = value;
            }

            return answer;
        }
    }

    private sealed class Transport(MemoryBlobs blobs, Action<string>? before, Action<string>? after) : HttpPipelineTransport
    {
        private static readonly HttpClientTransport Requests = new();

        public override Request CreateRequest() => Requests.CreateRequest();

        public override void Process(HttpMessage message)
        {
            message.CancellationToken.ThrowIfCancellationRequested();
            Request request = message.Request;
            string what = $"{request.Method} {NameOf(request)}";
            before?.Invoke(what);
            using MemoryStream body = new();
            request.Content?.WriteTo(body, message.CancellationToken);
            message.Response = new MemoryResponse(blobs.Ask(request, body.ToArray()), request.ClientRequestId);
            after?.Invoke(what);
        }

        /// <summary>Gives others their turn before each request, so that what runs at the same time is mixed.</summary>
        public override async ValueTask ProcessAsync(HttpMessage message)
        {
            await Task.Yield();
            Process(message);
        }
    }
}
