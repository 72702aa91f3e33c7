using System.Net;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Serving;

/// <summary>Clients that send slowly or not to the end, over real sockets.</summary>
public class SlowClientTests
{
    private const int MaxBytes = 100_000;

    // Room for ten images of the largest size: two places, and eight spare.
    private static readonly (string, string)[] Settings =
        [("Images:MaxBytes", $"{MaxBytes}"), ("Serving:Concurrency", "2"), ("Serving:BodyTimeout", "00:10:00")];

    [Theory]
    [InlineData(0, 10)]
    [InlineData(9, 1)] // the memory of a form's file is taken before it comes
    public async Task ConnectionsThatHoldTheirLastByteBackKeepNobodyFromScoring(int forms, int images)
    {
        await using ServingHost host = await ServingHost.StartAsync(settings: Settings);
        byte[] image = SomePhoto.Jpeg();
        List<RawClient> silent = [];
        try
        {
            for (int i = 0; i < 18; i++)
            {
                silent.Add(await RawClient.ConnectAsync(host.Address));
                byte[] body = new byte[i < forms + images ? MaxBytes - 1000 : 9000];
                "--b\r\nContent-Disposition: form-data; name=a; filename=a\r\n\r\n"u8.CopyTo(body);
                await silent[i].BeginAsync(
                    "/api/score", body, body.Length - 1, i < forms ? "multipart/form-data; boundary=b" : "image/jpeg");
            }

            // They would have ten minutes each. Once they are old enough to be called slow, whoever sends a whole image is scored.
            await Eventually.TrueAsync(async () => (await host.ScoreAsync(image)).StatusCode == HttpStatusCode.OK, "It is scored.");

            Task<string>[] answers = [.. silent.Select(client => client.ReadUntilAsync("problem:overloaded"))];
            string answer = await await Task.WhenAny(answers);
            Assert.StartsWith("HTTP/1.1 503 ", answer);
            Assert.Contains("urn:clockfunctions:problem:overloaded", answer);
        }
        finally
        {
            silent.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task ASlowUploadOfATrainingImageIsToldThatItWasTooSlow()
    {
        await using ServingHost host = await ServingHost.StartAsync(settings: [("Serving:BodyTimeout", "00:00:01")]);
        using RawClient client = await RawClient.ConnectAsync(host.Address);
        await client.SendAsync("PUT /api/training/clock/a.jpg HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf"u8.ToArray());

        string answer = await client.ReadUntilAsync("too-slow");

        Assert.StartsWith("HTTP/1.1 408 ", answer);
        Assert.Contains("urn:clockfunctions:problem:too-slow", answer);
        Assert.Contains("Connection: close", answer);
    }
}
