using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads.Export;
using ClockFunctions.Samples;
using ClockFunctions.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Tests.Heads.Export;

/// <summary>An exported file in the runtimes that people take it to, and the samples that they start from.</summary>
public sealed class ExportedRuntimesTests
{
    private const int Photos = 200;

    /// <summary>
    /// The samples resize pixels of whole numbers, and the browser with a filter of its own: how far that may move a probability, and a
    /// pixel of 0–255 on average. docs/export.md has what it was for 200 photos.
    /// </summary>
    private const double Resized = 0.2;
    private const double ResizedPixel = 8;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoHundredPhotosGetTheServicesProbabilityInDotNetAndInNode()
    {
        await NodePackages.Samples.EnsureAsync();
        using ExportedRun run = Shipped();
        byte[][] photos = [.. SomePhotos().Take(Photos)];
        double[] scored = [.. photos.Select(run.Scored)];
        using TemporaryFile pixels = new(".f32");
        await using (FileStream stream = File.Create(pixels.Path))
        {
            foreach (byte[] photo in photos)
            {
                stream.Write(MemoryMarshal.AsBytes<float>(run.Pixels(photo).Values));
            }
        }

        string script = $$"""
            const ort = require('onnxruntime-node');
            const fs = require('node:fs');
            (async () => {
              const session = await ort.InferenceSession.create(process.argv[1]);
              const [, height, width] = session.inputMetadata[0].shape;
              const file = fs.readFileSync(process.argv[2]);
              const all = new Float32Array(file.buffer, file.byteOffset, file.byteLength / 4);
              const size = height * width * 3;
              const found = [];
              for (let i = 0; i < all.length; i += size) {
                const input = new ort.Tensor('float32', all.slice(i, i + size), [1, height, width, 3]);
                found.push((await session.run({ [session.inputNames[0]]: input }))[session.outputNames[0]].data[0]);
              }
              console.log(JSON.stringify(found));
            })();
            """;
        string output = await NodePackages.RunAsync("node", NodePackages.Samples.Folder, "-e", script, run.Exported.File, pixels.Path);

        AssertSame(scored, [.. photos.Select(run.Run)]);
        AssertSame(scored, JsonSerializer.Deserialize<double[]>(output)!);
        Assert.True(scored.Max() - scored.Min() > 0.2, "The photos' probabilities say nothing if they are all alike.");
    }

    [Fact]
    public async Task TheBrowsersSampleGivesTheServicesProbabilityInARealBrowser()
    {
        await NodePackages.Samples.EnsureAsync();
        using ExportedRun run = Shipped();
        byte[] photo = SomePhotos().First();
        TaskCompletionSource<string> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApplication site = Site(run, photo, answer);
        await site.StartAsync(Cancellation);
        using Chromium browser = new();

        await browser.ScreenshotAsync($"{site.Urls.Single()}/test", Cancellation);

        Assert.True(answer.Task.IsCompleted, browser.Console);
        double[] found = JsonSerializer.Deserialize<double[]>(await answer.Task)!;
        Assert.Equal(run.Scored(photo), found[0], ModelExport.Tolerance);
        Assert.Equal(run.Scored(photo), found[1], Resized);
        Assert.InRange(found[2], 0, ResizedPixel);
    }

    [Fact]
    public async Task TheCSharpSampleGivesTheServicesProbability()
    {
        using ExportedRun run = Shipped();
        byte[] photo = SomePhotos().First();
        string folder = Directory.CreateTempSubdirectory("clocks-sample-").FullName;
        try
        {
            File.Copy(Path.Combine(NodePackages.Samples.Folder, "Score.cs"), Path.Combine(folder, "Score.cs"));
            await File.WriteAllBytesAsync(Path.Combine(folder, "photo.jpg"), photo, Cancellation);

            string output = await NodePackages.RunAsync("dotnet", folder, "run", "Score.cs", "--", run.Exported.File, "photo.jpg");

            string[] words = output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            double probability = double.Parse(words[0], CultureInfo.InvariantCulture);
            Assert.Equal(run.Scored(photo), probability, Resized);
            Assert.Equal(probability >= 0.5 ? "clock" : "not", words[1]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ExportedRun Shipped()
    {
        (BackboneSpec spec, string file) = new BackboneCatalogue().Resolve(BackboneSpec.ShippedId);
        return new ExportedRun(spec, file);
    }

    /// <summary>Photos from beside the checkout; drawings where there are none.</summary>
    private static IEnumerable<byte[]> SomePhotos()
    {
        string folder = Path.Combine(SharedData.Root, "..", "shared", "data", "clock-vs-other", "clock");
        string others = Path.Combine(folder, "..", "other");
        return Directory.Exists(folder)
            ? Files(folder).Zip(Files(others), (clock, other) => new[] { clock, other }).SelectMany(pair => pair)
            : SampleSet.Render(Photos, seed: 1).Select(picture => picture.Jpeg);

        static IEnumerable<byte[]> Files(string path) =>
            Directory.EnumerateFiles(path).Order(StringComparer.Ordinal).Select(File.ReadAllBytes);
    }

    /// <summary>
    /// The sample's folder, with a page that posts what the sample gives for the service's own pixels and for the photo itself. An image of
    /// the page comes when the answer has come, so that the browser does not take the page for loaded before.
    /// </summary>
    private static WebApplication Site(ExportedRun run, byte[] photo, TaskCompletionSource<string> answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        WebApplication site = builder.Build();
        site.Urls.Add("http://127.0.0.1:0");
        site.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(NodePackages.Samples.Folder),
            ContentTypeProvider = new Microsoft.AspNetCore.StaticFiles.FileExtensionContentTypeProvider(
                new Dictionary<string, string> { [".mjs"] = "text/javascript", [".wasm"] = "application/wasm" }),
        });
        site.MapGet("/model.onnx", () => Results.Bytes(File.ReadAllBytes(run.Exported.File)));
        site.MapGet("/photo.jpg", () => Results.Bytes(photo, "image/jpeg"));
        site.MapGet("/pixels", () => Results.Bytes(MemoryMarshal.AsBytes<float>(run.Pixels(photo).Values).ToArray()));
        site.MapGet("/hold.png", async () =>
        {
            await Task.WhenAny(answer.Task, Task.Delay(TimeSpan.FromSeconds(60)));
            return Results.NotFound();
        });
        site.MapPost("/answer", async (HttpRequest request) =>
            answer.TrySetResult(await new StreamReader(request.Body).ReadToEndAsync()));
        site.MapGet("/test", () => Results.Content($$"""
            <!doctype html>
            {{ImportMap()}}
            <img src="hold.png" alt="">
            <script type="module">
            import { load, score, probability, pixels } from './score.mjs';
            const session = await load('model.onnx');
            const own = new Float32Array(await (await fetch('pixels')).arrayBuffer());
            const photo = await createImageBitmap(await (await fetch('photo.jpg')).blob());
            const [, height, width] = session.inputMetadata[0].shape;
            const away = pixels(photo, width, height).reduce((sum, value, i) => sum + Math.abs(value - own[i]), 0) / own.length;
            const found = [await probability(session, own), await score(session, photo), away];
            await fetch('answer', { method: 'POST', body: JSON.stringify(found) });
            </script>
            """, "text/html"));
        return site;
    }

    /// <summary>The sample page's own line that says where the package is.</summary>
    private static string ImportMap() => File.ReadLines(Path.Combine(NodePackages.Samples.Folder, "index.html"))
        .Single(line => line.Contains("importmap", StringComparison.Ordinal));

    private static void AssertSame(double[] expected, double[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], found[i], ModelExport.Tolerance);
        }
    }
}
