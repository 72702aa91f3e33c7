using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Hosting;
using ClockFunctions.Core.Serving;
using ClockFunctions.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ClockFunctions.Tests.Serving;

public sealed class ScorerLoaderTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _services;
    private int _attempts;

    public ScorerLoaderTests()
    {
        Dictionary<string, string?> settings = new()
        {
            ["AzureWebJobsStorage"] = ServingHost.NoStorage,
            ["Classifier:Backbone"] = "not-there",
        };
        IServiceCollection services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_time)
            .AddClassifierCore(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        // What loading costs is not the point here, but how often it is tried.
        services.AddSingleton<Scorer>(_ =>
        {
            Interlocked.Increment(ref _attempts);
            throw new BackboneException("There is no backbone.");
        });
        _services = services.BuildServiceProvider();
    }

    private ScorerLoader Loader => _services.GetRequiredService<ScorerLoader>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public void AFailedLoadIsRememberedAndTriedAgainAfterThePauseOnly()
    {
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal("There is no backbone.", Assert.Throws<BackboneException>(Loader.Get).Message);
        }

        Assert.Equal(1, _attempts);
        _time.Advance(ScorerLoader.RetryPause);
        Parallel.For(0, 20, _ => Assert.Throws<BackboneException>(Loader.Get));
        Assert.Equal(2, _attempts);
    }

    [Fact]
    public async Task HealthSaysWhyLoadingFailedAndNeverLoads()
    {
        HealthCheck health = _services.GetRequiredService<HealthCheck>();
        Assert.Equal("starting", (await health.CheckAsync(TestContext.Current.CancellationToken)).Status);
        Assert.Equal(0, _attempts);
        Loader.WarmUp();

        for (int i = 0; i < 3; i++)
        {
            _time.Advance(ScorerLoader.RetryPause);
            Health answer = await health.CheckAsync(TestContext.Current.CancellationToken);
            Assert.Equal(("failed", "There is no backbone."), (answer.Status, answer.Reasons[0]));
        }

        Assert.Equal(1, _attempts);
    }
}
