using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Azure;
using Azure.Core;

namespace ClockFunctions.Tests.Support;

/// <summary>What <see cref="MemoryBlobs"/> answers.</summary>
internal sealed record Answer(int Status, byte[] Body)
{
    public Answer(int status)
        : this(status, [])
    {
    }

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Date"] = "Thu, 01 Jan 2026 00:00:00 GMT",
        ["x-ms-request-id"] = "memory",
    };

    public static Answer Error(int status, string code) => new(status) { Headers = { ["x-ms-error-code"] = code } };
}

/// <summary>An answer in the client library's form.</summary>
internal sealed class MemoryResponse : Response
{
    private readonly Answer _answer;

    public MemoryResponse(Answer answer, string clientRequestId)
    {
        _answer = answer;
        ClientRequestId = clientRequestId;
        ContentStream = new MemoryStream(answer.Body);
        if (answer.Status is not (202 or 304))
        {
            answer.Headers["Content-Length"] = answer.Body.Length.ToString(CultureInfo.InvariantCulture);
        }
    }

    public override int Status => _answer.Status;

    public override string ReasonPhrase => "";

    public override Stream? ContentStream { get; set; }

    public override string ClientRequestId { get; set; }

    public override void Dispose() => ContentStream?.Dispose();

    protected override bool ContainsHeader(string name) => _answer.Headers.ContainsKey(name);

    protected override IEnumerable<HttpHeader> EnumerateHeaders() => _answer.Headers.Select(pair => new HttpHeader(pair.Key, pair.Value));

    protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value) =>
        _answer.Headers.TryGetValue(name, out value);

    protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
    {
        bool there = _answer.Headers.TryGetValue(name, out string? value);
        values = there ? [value!] : null;
        return there;
    }
}
