using ClockFunctions.Core.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ClockFunctions.Bench.Service;

/// <summary>The service's own parts in this process, on a storage, as its hosts register them.</summary>
public static class Parts
{
    /// <param name="options">The backbone.</param>
    /// <param name="storage">Connection string.</param>
    /// <param name="settings">Names within section <c>Classifier</c>, such as <c>Training:QuietPeriod</c>.</param>
    public static ServiceProvider On(BenchOptions options, string storage, params (string Name, string Value)[] settings)
    {
        Dictionary<string, string?> values = new() { ["AzureWebJobsStorage"] = storage, ["Classifier:Backbone"] = options.Backbone };
        foreach ((string name, string value) in settings)
        {
            values[$"Classifier:{name}"] = value;
        }

        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        return new ServiceCollection().AddLogging().AddClassifierCore(configuration).BuildServiceProvider();
    }
}
