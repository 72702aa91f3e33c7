using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using ClockFunctions.StandIn;

namespace ClockFunctions.Bench.Functions;

/// <summary>Posts photos for scores, from so many callers at a time, and says how long each took, in ms.</summary>
internal static class ScoreLoop
{
    /// <summary>By the host, which invokes the function and passes the request on.</summary>
    public static Task<IReadOnlyCollection<double>> RunAsync(FunctionsWorker worker, byte[][] photos, int connections, int scores) =>
        RunAsync(photos, connections, scores, async request =>
        {
            HttpAnswer answer = await worker.SendAsync(request, CancellationToken.None);
            return answer.Response;
        });

    /// <summary>Straight to a server.</summary>
    public static Task<IReadOnlyCollection<double>> RunAsync(HttpClient client, byte[][] photos, int connections, int scores) =>
        RunAsync(photos, connections, scores, request => client.SendAsync(request));

    private static async Task<IReadOnlyCollection<double>> RunAsync(
        byte[][] photos, int connections, int scores, Func<HttpRequestMessage, Task<HttpResponseMessage>> send)
    {
        ConcurrentBag<double> milliseconds = [];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = connections };
        await Parallel.ForAsync(0, scores, parallel, async (i, _) =>
        {
            using ByteArrayContent photo = new(photos[i % photos.Length]);
            photo.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
            using HttpRequestMessage request = new(HttpMethod.Post, "/api/score") { Content = photo };
            long start = Stopwatch.GetTimestamp();
            using HttpResponseMessage answer = await send(request);
            milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            answer.EnsureSuccessStatusCode();
        });
        return milliseconds;
    }
}
