using System.Net;
using System.Net.Sockets;
using System.Text;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.EndToEnd;

/// <summary>The real process over a real socket.</summary>
public class ServeTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OnSigtermARunningRequestIsFinishedAndTheProcessEndsWell()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGTERM.");
        TestStorage storage = await azurite.NewStorageAsync();
        await using ClocksServer server = await ClocksServer.StartAsync(storage.ConnectionString);
        byte[] image = SomePhoto.Jpeg();

        // A client that has sent all but its last bytes when the signal comes.
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", server.Client.BaseAddress!.Port, Cancellation);
        NetworkStream stream = client.GetStream();
        string head =
            $"POST /api/score HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: image/jpeg\r\nContent-Length: " +
                $"{image.Length}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), Cancellation);
        await stream.WriteAsync(image.AsMemory(0, image.Length - 10), Cancellation);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync("/api/model", Cancellation)).StatusCode); // by now it is being read
        server.Terminate();
        await RefusesNewConnectionsAsync(server.Client.BaseAddress.Port);

        await stream.WriteAsync(image.AsMemory(image.Length - 10), Cancellation);
        using StreamReader reader = new(stream);
        string answer = await reader.ReadToEndAsync(Cancellation);
        (int exitCode, string errors) = await server.EndAsync();

        Assert.StartsWith("HTTP/1.1 200 OK", answer);
        Assert.Contains("\"probability\":", answer);
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("Exception", errors);
    }

    [Fact]
    public async Task WrongSettingsAreAllNamedAndNothingStarts()
    {
        CommandResult result = await Clocks.RunAsync(
            "serve", "--port", "0", "--set", "Serving:MaxQueue=-1", "--set", "Traget=dog", "--set", "Training:Aim=best");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("Classifier:Serving:MaxQueue:", result.Error);
        Assert.Contains("Classifier:Traget: there is no such setting.", result.Error);
        Assert.Contains("Classifier:Training:Aim: must be f1, precision:FLOOR or recall:FLOOR", result.Error);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task APortThatIsTakenIsSaidInOneLine()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        CommandResult result = await Clocks.RunAsync("serve", "--port", $"{port}", "--storage", ServingHost.NoStorage);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("address already in use", result.Error);
        Assert.Contains("Choose another with --port.", result.Error);
        Assert.DoesNotContain("   at ", result.Error);
    }

    [Fact]
    public async Task AStorageThatCannotBeNamedIsSaidInOneLine()
    {
        CommandResult result = await Clocks.RunAsync("serve", "--port", "0", "--storage", "nonsense");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("AzureWebJobsStorage is not a storage connection string", result.Error);
        Assert.DoesNotContain("   at ", result.Error);
    }

    private static async Task RefusesNewConnectionsAsync(int port)
    {
        while (true)
        {
            using TcpClient probe = new();
            try
            {
                await probe.ConnectAsync("127.0.0.1", port, Cancellation);
                await Task.Delay(TimeSpan.FromMilliseconds(10), Cancellation);
            }
            catch (SocketException)
            {
                return;
            }
        }
    }
}
