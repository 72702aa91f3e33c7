using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Imaging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Serving;

/// <summary>Loads the backbone when the first score needs it, or at start-up if <see cref="WarmUp"/> comes first.</summary>
public sealed class ScorerLoader(IServiceProvider services, ILogger<ScorerLoader> logger)
{
    private readonly Lock _loading = new();
    private volatile Scorer? _scorer;
    private volatile string? _failure;

    /// <summary>Whether scores can be computed now.</summary>
    public bool IsLoaded => _scorer is not null;

    /// <summary>Why the last attempt to load failed; null when it did not, or when none was made.</summary>
    public string? Failure => _failure;

    /// <summary>The scorer; loaded on the first call. A call after a failure tries again.</summary>
    /// <exception cref="BackboneException">The backbone cannot be loaded; the message says what to do.</exception>
    public Scorer Get()
    {
        if (_scorer is { } loaded)
        {
            return loaded;
        }

        lock (_loading)
        {
            try
            {
                _scorer ??= services.GetRequiredService<Scorer>();
                _failure = null;
                return _scorer;
            }
            // A backbone that is missing, or a pipeline that it cannot run.
            catch (Exception e) when (e is BackboneException or ArgumentException)
            {
                if (_failure != e.Message)
                {
                    logger.LogError("No image can be scored: {Reason}", e.Message);
                }

                _failure = e.Message;
                throw e as BackboneException ?? new BackboneException(e.Message, e);
            }
        }
    }

    /// <summary>
    /// Loads, and scores one image so that the first real one finds everything compiled. Does not throw: see <see cref="Failure"/>.
    /// </summary>
    public void WarmUp()
    {
        try
        {
            Get().Score(WarmUpImage.Bytes, null, new ScoreOptions { Head = HeadKind.Summed });
        }
        catch (BackboneException)
        {
            // Told above, and by /api/health.
        }
        catch (ImageTooLargeException)
        {
            // Limits below the size of the warm-up image: the first real one finds things not compiled yet.
        }
    }
}
