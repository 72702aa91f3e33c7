using System.Text.Json;
using ClockFunctions.Core.Serving.Http;
using Microsoft.AspNetCore.Http;

namespace ClockFunctions.Core.Serving.CustomVision;

/// <summary>One request to the Custom Vision addresses.</summary>
/// <param name="Request">As it came.</param>
/// <param name="Path">The segments behind <c>prediction</c> or <c>training</c>, as they were sent.</param>
/// <param name="Cancellation">The caller gave up.</param>
internal sealed record CustomVisionCall(HttpRequest Request, string[] Path, CancellationToken Cancellation)
{
    /// <summary>Largest JSON document that is read where no image is in it.</summary>
    private const int MostJsonBytes = 1024 * 1024;

    /// <summary>A value of the query; null when there is none.</summary>
    public string? Query(string name) => Request.Query[name] is [{ Length: > 0 } value, ..] ? value : null;

    /// <summary>A list of ids in the query, as clients send them: separated by commas, or one value each.</summary>
    public Guid[] Ids(string name) => Ids(Request.Query[name].OfType<string>().SelectMany(value => value.Split(',')));

    /// <exception cref="CustomVisionException">One of them is none.</exception>
    public static Guid[] Ids(IEnumerable<string> values) => [.. values
        .Where(value => value.Length > 0)
        .Select(value => Guid.TryParse(value, out Guid id)
            ? id
            : throw CustomVisionException.BadRequest("BadRequestInvalidIds", $"'{value}' is no id."))];

    /// <summary>A number in the query.</summary>
    /// <exception cref="CustomVisionException">It is none, or not within the range.</exception>
    public int Number(string name, int fallback, int most)
    {
        if (Query(name) is not { } text)
        {
            return fallback;
        }

        return int.TryParse(text, out int number) && number >= 0 && number <= most
            ? number
            : throw CustomVisionException.BadRequest("BadRequest", $"{name} must be 0 to {most}.");
    }

    /// <summary>The id at a place of the path.</summary>
    /// <exception cref="CustomVisionException">It is none.</exception>
    public Guid Id(int place) => Ids([Path[place]]) is [var id]
        ? id : throw CustomVisionException.BadRequest("BadRequestInvalidIds", "The path lacks an id.");

    /// <summary>A small JSON body.</summary>
    /// <exception cref="CustomVisionException">It is none.</exception>
    public async Task<T> ReadJsonAsync<T>(UploadBudget budget)
    {
        using UploadStream body = budget.Open(Request.BodyReader, Cancellation);
        (ImageUpload? upload, _) = await ImageUpload.ReadAsync(
            body, body, Request.ContentLength, new() { MaxBytes = MostJsonBytes }, Cancellation);
        using (upload)
        {
            return upload is null
                ? throw CustomVisionException.BadRequest("BadRequestRequiredParamIsNull", "The request needs a JSON body.")
                : Parse<T>(upload.Bytes.Span);
        }
    }

    /// <exception cref="CustomVisionException">The bytes are no such JSON.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Json.Compact)
                ?? throw CustomVisionException.BadRequest("BadRequestRequiredParamIsNull", "The request needs a JSON body.");
        }
        catch (JsonException e)
        {
            throw CustomVisionException.BadRequest("BadRequest", $"The JSON cannot be read: {e.Message}");
        }
    }
}
