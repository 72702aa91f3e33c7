using System.Diagnostics;
using System.Globalization;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Bench.Http;

/// <summary>What the HTTP benchmark compares <c>clocks serve</c> with.</summary>
public static class NodeServer
{
    /// <summary>The Node server on the backbone's own ONNX file; installs its packages when they are missing.</summary>
    /// <param name="options">The backbone.</param>
    /// <param name="workers">Processes that share the port.</param>
    /// <param name="threads">ONNX Runtime threads of each.</param>
    /// <exception cref="NotSupportedException">The backbone is not one that the Node server's preprocessing fits.</exception>
    public static async Task<ServerProcess> StartAsync(BenchOptions options, int workers, int threads)
    {
        (BackboneSpec spec, string file) = new BackboneCatalogue().Resolve(options.Backbone);
        if (!spec.HasClasses || spec.Input.Layout != TensorLayout.Nchw || spec.Input.Width != spec.Input.Height)
        {
            throw new NotSupportedException("The Node server feeds square N×3×H×W inputs only, and answers with ImageNet's classes.");
        }

        string folder = Path.Combine(BenchOptions.Root, "bench", "node-server");
        await InstallAsync(folder);
        return await ServerProcess.StartAsync("node",
            port => [
                Path.Combine(folder, "server.js"), file, Text(port), spec.Input.Name, spec.ClassTensor, Text(spec.Input.Width),
                $"{spec.ClassOutput}"],
            new Dictionary<string, string> { ["WORKERS"] = Text(workers), ["THREADS"] = Text(threads) });
    }

    private static async Task InstallAsync(string folder)
    {
        if (Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            return;
        }

        ProcessStartInfo start = new("npm", ["ci", "--no-audit", "--no-fund"]) { WorkingDirectory = folder };
        start.Environment["ONNXRUNTIME_NODE_INSTALL"] = "skip"; // its install script only fetches GPU libraries
        using Process npm = Process.Start(start) ?? throw new InvalidOperationException("npm did not start.");
        await npm.WaitForExitAsync();
        if (npm.ExitCode != 0)
        {
            throw new InvalidOperationException($"npm ci in {folder} failed with {npm.ExitCode}.");
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
