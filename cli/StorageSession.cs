using System.CommandLine;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Hosting;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ClockFunctions.Cli;

/// <summary>The classifier's parts for a verb that works on a storage and ends.</summary>
public sealed class StorageSession : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private StorageSession(ServiceProvider services) => _services = services;

    public ClassifierOptions Options => Get<ClassifierOptions>();

    /// <exception cref="BackboneException">It is not installed.</exception>
    public BackboneSpec Backbone => Get<BackboneCatalogue>().Resolve(Options.Backbone).Spec;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    /// <summary>Runs a verb's work; says in one line what to do when the storage does not answer.</summary>
    /// <exception cref="UsageException">A setting is wrong.</exception>
    public static async Task<int> RunAsync(ParseResult parsed, Func<StorageSession, Task<int>> work, CancellationToken cancellation)
    {
        try
        {
            ServiceCollection services = new();
            services.AddLogging().AddClassifierCore(Settings.Configuration(parsed));
            await using StorageSession session = new(services.BuildServiceProvider());
            return await work(session);
        }
        catch (OptionsValidationException e)
        {
            throw new UsageException(string.Join(Environment.NewLine + "clocks: ", e.Failures));
        }
        catch (StorageConfigurationException e)
        {
            throw new UsageException(e.Message);
        }
        catch (Exception e) when (StorageFailure.Is(e, cancellation))
        {
            await Console.Error.WriteLineAsync(
                $"clocks: The storage does not answer: {StorageFailure.Reason(e)} Is it running (`clocks serve` starts the development " +
                "storage), and is --storage right?");
            return Terminal.Failure;
        }
    }
}
