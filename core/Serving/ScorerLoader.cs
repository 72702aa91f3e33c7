using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Serving;

/// <summary>
/// Loads the backbone when the first score needs it, or at start-up if <see cref="RunAsync"/> or <see cref="WarmUp"/> comes first.
/// </summary>
/// <remarks>
/// An attempt reads and hashes the whole model, so one that failed is remembered, and the next is made
/// <see cref="RetryPause"/> later at the earliest, however many ask meanwhile.
/// </remarks>
public sealed class ScorerLoader(IServiceProvider services, TimeProvider time, ILogger<ScorerLoader> logger)
{
    /// <summary>Pause after an attempt that failed: a backbone may have been pulled meanwhile.</summary>
    public static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);

    private readonly Lock _loading = new();
    private volatile Scorer? _scorer;
    private volatile Attempt? _failed;

    /// <summary>Whether scores can be computed now.</summary>
    public bool IsLoaded => _scorer is not null;

    /// <summary>Why the last attempt to load failed; null when it did not, or when none was made.</summary>
    public string? Failure => _failed?.Reason;

    /// <summary>The scorer; loaded on the first call, or on a later one when the last failure is long enough ago.</summary>
    /// <exception cref="BackboneException">The backbone cannot be loaded; the message says what to do.</exception>
    public Scorer Get()
    {
        if (_scorer is { } loaded)
        {
            return loaded;
        }

        ThrowIfFailedRecently(); // without waiting for whoever is trying now
        lock (_loading)
        {
            ThrowIfFailedRecently();
            return _scorer ??= Load();
        }
    }

    /// <summary>
    /// Loads, and scores one image so that the first real one finds everything compiled. Does not throw: see <see cref="Failure"/>.
    /// </summary>
    public void WarmUp()
    {
        try
        {
            Get().WarmUp(WarmUpImage.Bytes);
        }
        catch (BackboneException)
        {
            // Load has logged it, and /api/health shows it.
        }
        catch (ImageTooLargeException)
        {
            // The limits are below the size of the warm-up image: then the first real image pays for the compilation.
        }
    }

    /// <summary>Warms up, and tries again until it has worked: a service that is not ready gets no scores that could make it try.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await Task.Run(WarmUp, cancellation);
        while (!IsLoaded)
        {
            await Task.Delay(RetryPause, time, cancellation);
            await Task.Run(WarmUp, cancellation);
        }
    }

    private Scorer Load()
    {
        try
        {
            Scorer scorer = services.GetRequiredService<Scorer>();
            _failed = null;
            return scorer;
        }
        // A backbone that is missing, or a pipeline that it cannot run.
        catch (Exception e) when (e is BackboneException or ArgumentException)
        {
            if (Failure != e.Message)
            {
                logger.LogError("No image can be scored: {Reason}", e.Message);
            }

            _failed = new Attempt(e.Message, time.GetTimestamp());
            throw e as BackboneException ?? new BackboneException(e.Message, e);
        }
    }

    private void ThrowIfFailedRecently()
    {
        if (_failed is { } failed && time.GetElapsedTime(failed.At) < RetryPause)
        {
            throw new BackboneException(failed.Reason);
        }
    }

    private sealed record Attempt(string Reason, long At);
}
