using ClockFunctions.Core.Serving;
using ClockFunctions.Core.Serving.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ClockFunctions.Core;

/// <summary>What both hosts register: the whole classifier, each part made when it is first needed.</summary>
public static class ClassifierServices
{
    /// <summary>
    /// Adds the classifier. Settings are read and checked here, so that a host with wrong ones does not start;
    /// nothing is loaded or connected yet.
    /// </summary>
    /// <exception cref="OptionsValidationException">Names every wrong setting.</exception>
    public static IServiceCollection AddClassifierCore(this IServiceCollection services, IConfiguration configuration)
    {
        ClassifierOptions options = OptionsBinding.Read(configuration);
        services.AddSingleton(options);
        services.AddSingleton(Options.Create(options));
        services.AddSingleton(options.Images);
        services.AddSingleton(options.Serving);
        services.AddSingleton(options.Training);
        services.TryAddSingleton(TimeProvider.System);

        services.AddTelemetryExport(options.Telemetry);
        services.AddSingleton<ScoringGate>();
        services.AddSingleton<ClassifierEndpoints>();
        return services;
    }
}
