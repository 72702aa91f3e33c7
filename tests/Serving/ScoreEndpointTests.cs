using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Serving;

public class ScoreEndpointTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WithoutAnyStorageTheZeroShotHeadAnswers()
    {
        await using ServingHost host = await ServingHost.StartAsync();

        JsonElement score = await ServingHost.JsonAsync(await host.ScoreAsync(SomePhoto.Jpeg()));

        Assert.Equal("clock", score.GetProperty("label").GetString());
        Assert.Equal("zero-shot summed tiny", Names(score));
        Assert.Equal("80x60", Size(score));
        Assert.InRange(score.GetProperty("probability").GetDouble(), 0, 1);
        Assert.Equal(0.007, score.GetProperty("threshold").GetDouble());
        Assert.Equal(score.GetProperty("probability").GetDouble() >= 0.007, score.GetProperty("isTarget").GetBoolean());
        double[] top = [.. score.GetProperty("topClasses").EnumerateArray().Select(c => c.GetProperty("probability").GetDouble())];
        Assert.Equal(5, top.Length);
        Assert.Equal(top.OrderDescending(), top);
        OpenApiSchema.AssertValid("Score", score);
    }

    [Theory]
    [InlineData("image/jpeg")]
    [InlineData("image/anything")]
    [InlineData("application/octet-stream")]
    [InlineData(null)]
    public async Task AnImageMayComeUnderAnyImageTypeOrNone(string? contentType)
    {
        await using ServingHost host = await ServingHost.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await host.ScoreAsync(SomePhoto.Png(), contentType: contentType)).StatusCode);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task OtherContentTypesAreRefusedWithWhatToSend(string contentType)
    {
        await using ServingHost host = await ServingHost.StartAsync();

        JsonElement problem = await ServingHost.ProblemAsync(
            await host.ScoreAsync(SomePhoto.Png(), contentType: contentType), 415, "unsupported-content-type");

        Assert.Contains("application/octet-stream", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task ThresholdAndHeadAreTheCallersChoice()
    {
        await using ServingHost host = await ServingHost.StartAsync();
        byte[] image = SomePhoto.Jpeg();

        JsonElement always = await ServingHost.JsonAsync(await host.ScoreAsync(image, "?threshold=0&head=summed"));
        JsonElement never = await ServingHost.JsonAsync(await host.ScoreAsync(image, "?threshold=1&head=summed"));
        JsonElement ranked = await ServingHost.JsonAsync(await host.ScoreAsync(image, "?head=topk"));

        Assert.True(always.GetProperty("isTarget").GetBoolean());
        Assert.False(never.GetProperty("isTarget").GetBoolean());
        Assert.Equal("zero-shot topk tiny", Names(ranked));
    }

    [Theory]
    [InlineData("?head=best", "head")]
    [InlineData("?head=LEARNED", "head")]
    [InlineData("?head=learned", "head")]
    [InlineData("?head=summed&head=topk", "head")]
    [InlineData("?threshold=1.1", "threshold")]
    [InlineData("?threshold=-0.1", "threshold")]
    [InlineData("?threshold=NaN", "threshold")]
    [InlineData("?threshold=half", "threshold")]
    [InlineData("?threshold=", "threshold")]
    [InlineData("?explain=maybe", "explain")]
    [InlineData("?explain=true", "explain")]
    public async Task AQueryThatCannotBeUsedIsNamed(string query, string parameter)
    {
        await using ServingHost host = await ServingHost.StartAsync();

        JsonElement problem = await ServingHost.ProblemAsync(await host.ScoreAsync(SomePhoto.Jpeg(), query), 422, "invalid-parameter");

        Assert.Equal(parameter, problem.GetProperty("parameter").GetString());
        OpenApiSchema.AssertValid("Problem", problem);
    }

    [Fact]
    public async Task WhatIsNoImageGetsTheStatusThatFits()
    {
        await using ServingHost host = await ServingHost.StartAsync(
            settings: [("Images:MaxBytes", "20000"), ("Images:MaxPixels", "100000")]);
        byte[] photo = SomePhoto.Jpeg();

        await ServingHost.ProblemAsync(await host.ScoreAsync([]), 400, "no-image");
        await ServingHost.ProblemAsync(await host.ScoreAsync(Encoding.UTF8.GetBytes("<svg/>")), 415, "unknown-image-format");
        await ServingHost.ProblemAsync(await host.ScoreAsync(photo[..(photo.Length / 2)]), 400, "broken-image");
        await ServingHost.ProblemAsync(await host.ScoreAsync(new byte[20001]), 413, "too-large");
        await ServingHost.ProblemAsync(await host.ScoreAsync(SomePhoto.Png(1, 400, 300)), 413, "too-large");
        Assert.Equal(HttpStatusCode.OK, (await host.ScoreAsync(photo)).StatusCode);
    }

    [Fact]
    public async Task ABodyThatDoesNotSayItsLengthIsLimitedWhileItIsRead()
    {
        await using ServingHost host = await ServingHost.StartAsync(settings: [("Images:MaxBytes", "100000")]);

        // A photo in chunks is scored; a flood is answered as too large.
        HttpResponseMessage small = await SendChunkedAsync(host, new MemoryStream(SomePhoto.Jpeg()));
        EndlessStream flood = new(5_000_000);
        HttpResponseMessage large = await SendChunkedAsync(host, flood);

        Assert.Equal(HttpStatusCode.OK, small.StatusCode);
        await ServingHost.ProblemAsync(large, 413, "too-large");
        Assert.Equal(0, host.Service<UploadBudget>().Held);
    }

    [Fact]
    public async Task SeveralFilesAreAnsweredInOrderWithAProblemInThePlaceOfAnUnusableOne()
    {
        await using ServingHost host = await ServingHost.StartAsync(settings: [("Images:MaxBytes", "50000")]);
        using MultipartFormDataContent form = new()
        {
            { new StringContent("a field that is no file"), "note" },
            { ServingHost.Content(SomePhoto.Jpeg(1, 50, 40), "image/jpeg"), "files", "1.jpg" },
            { ServingHost.Content([1, 2, 3], "image/jpeg"), "files", "2.jpg" },
            { ServingHost.Content(new byte[60000], "image/jpeg"), "files", "3.jpg" },
            { ServingHost.Content([], "image/jpeg"), "files", "4.jpg" },
            { ServingHost.Content(SomePhoto.Png(5, 90, 30), "image/png"), "other", "5.png" },
        };

        JsonElement answer = await ServingHost.JsonAsync(await host.Client.PostAsync("/api/score", form, Cancellation));

        OpenApiSchema.AssertValid("ScoreBatch", answer);
        JsonElement[] scores = [.. answer.GetProperty("scores").EnumerateArray()];
        Assert.Equal(
            ["50x40", "unknown-image-format 415", "too-large 413", "no-image 400", "90x30"],
            scores.Select(score => score.TryGetProperty("type", out JsonElement type)
                ? $"{type.GetString()!["urn:clockfunctions:problem:".Length..]} {score.GetProperty("status").GetInt32()}"
                : Size(score)));
    }

    [Fact]
    public async Task OneFileInAFormIsAnsweredLikeOneImage()
    {
        await using ServingHost host = await ServingHost.StartAsync();
        using MultipartFormDataContent usable = new() { { ServingHost.Content(SomePhoto.Jpeg(), "image/jpeg"), "file", "1.jpg" } };
        using MultipartFormDataContent broken = new() { { ServingHost.Content([0xFF, 0xD8, 0xFF, 0], "image/jpeg"), "file", "1.jpg" } };

        OpenApiSchema.AssertValid("Score", await ServingHost.JsonAsync(await host.Client.PostAsync("/api/score", usable, Cancellation)));
        await ServingHost.ProblemAsync(await host.Client.PostAsync("/api/score", broken, Cancellation), 400, "broken-image");
    }

    [Theory]
    [InlineData(
        "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\nabc", 400,
        "malformed-request")]
    [InlineData("multipart/form-data; boundary=b", "nothing of the kind", 400, "malformed-request")]
    [InlineData(
        "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; filename*\r\n\r\nabc\r\n--b--\r\n", 400, "no-image")]
    [InlineData("multipart/form-data; boundary=b", "--b--\r\n", 400, "no-image")]
    [InlineData("multipart/form-data", "--b--\r\n", 400, "malformed-request")]
    [InlineData(
        "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\nabc\r\n--b--\r\n", 400, "no-image")]
    public async Task AFormThatCannotBeReadIsTheClientsMistake(string contentType, string body, int status, string type)
    {
        await using ServingHost host = await ServingHost.StartAsync();

        await ServingHost.ProblemAsync(await host.ScoreAsync(Encoding.ASCII.GetBytes(body), contentType: contentType), status, type);
    }

    [Fact]
    public async Task MoreFilesThanTheSettingAllowsAreTooMuch()
    {
        await using ServingHost host = await ServingHost.StartAsync(settings: [("Serving:MaxFiles", "2")]);
        using MultipartFormDataContent form = [];
        for (int i = 0; i < 3; i++)
        {
            form.Add(ServingHost.Content(SomePhoto.Jpeg(i), "image/jpeg"), "files", $"{i}.jpg");
        }

        await ServingHost.ProblemAsync(await host.Client.PostAsync("/api/score", form, Cancellation), 413, "too-large");
    }

    [Fact]
    public async Task AClientThatHangsUpInTheMiddleDisturbsNobody()
    {
        await using ServingHost host = await ServingHost.StartAsync();
        for (int i = 0; i < 5; i++)
        {
            using TcpClient client = new();
            await client.ConnectAsync("127.0.0.1", host.Address.Port, Cancellation);
            await client.GetStream()
                .WriteAsync("POST /api/score HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\nabc"u8.ToArray(), Cancellation);
        }

        Assert.Equal(HttpStatusCode.OK, (await host.ScoreAsync(SomePhoto.Jpeg())).StatusCode);
    }

    [Fact]
    public async Task EveryHostileFileIsAnsweredAndTheServiceLivesOn()
    {
        string[] files = Directory.GetFiles(SharedData.Hostile, "*", SearchOption.AllDirectories);
        await using ServingHost host = await ServingHost.StartAsync();

        await Parallel.ForEachAsync(
            files, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancellation }, async (file, stop) =>
        {
            HttpResponseMessage response = await host.ScoreAsync(await File.ReadAllBytesAsync(file, stop));
            JsonElement answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(stop)).RootElement;
            if (response.IsSuccessStatusCode)
            {
                OpenApiSchema.AssertValid("Score", answer);
            }
            else
            {
                Assert.True((int)response.StatusCode is 400 or 413 or 415 or 422, $"{file}: {response.StatusCode}");
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
                OpenApiSchema.AssertValid("Problem", answer);
            }
        });

        Assert.True(files.Length > 100);
        Assert.Equal(HttpStatusCode.OK, (await host.ScoreAsync(SomePhoto.Jpeg())).StatusCode);
    }

    private static async Task<HttpResponseMessage> SendChunkedAsync(ServingHost host, Stream body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/api/score") { Content = new StreamContent(body) };
        request.Headers.TransferEncodingChunked = true;
        return await host.Client.SendAsync(request, Cancellation);
    }

    private static string Names(JsonElement score)
    {
        JsonElement model = score.GetProperty("model");
        return $"{model.GetProperty("version").GetString()} {model.GetProperty("head").GetString()} " +
            $"{model.GetProperty("backbone").GetString()}";
    }

    private static string Size(JsonElement score) =>
        $"{score.GetProperty("image").GetProperty("width").GetInt32()}x{score.GetProperty("image").GetProperty("height").GetInt32()}";

    /// <summary>That many bytes of a JPEG that never ends.</summary>
    private sealed class EndlessStream(long length) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = (int)Math.Min(count, length - _position);
            buffer.AsSpan(offset, read).Fill(0xFF);
            _position += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
