using System.Diagnostics;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Observability;
using ClockFunctions.Core.Settings;

namespace ClockFunctions.Core.Serving;

/// <summary>
/// Scores one image: features from the backbone, a probability from a head. All of it computation; safe for concurrent use.
/// </summary>
public sealed class Scorer
{
    private const int TopClassCount = 5;

    private readonly ClassifierOptions _options;
    private readonly FeatureExtractor _extractor;
    private readonly ZeroShotHeads? _zeroShot;
    private readonly TrafficCounter? _traffic;

    /// <param name="options">The settings.</param>
    /// <param name="extractor">Makes the features.</param>
    /// <param name="traffic">Counts what learned heads answer; null (default) where nobody wants to know.</param>
    /// <exception cref="BackboneException">The target's classes are none of ImageNet's.</exception>
    public Scorer(ClassifierOptions options, FeatureExtractor extractor, TrafficCounter? traffic = null)
    {
        _traffic = traffic;
        _options = options;
        _extractor = extractor;
        _zeroShot = ZeroShotHeads.Of(options, Spec);
    }

    public BackboneSpec Spec => _extractor.Backbone.Spec;

    /// <summary>
    /// What keeps everybody from a score until it is trained, with what to label; null when something answers. Only a backbone that gives
    /// features alone has nothing to answer with before that.
    /// </summary>
    public string? Untrained(ServedModel? model) => model is null && _zeroShot is null
        ? $"Backbone {Spec.Id} knows no classes of its own, so nothing answers before the first training. Label photos: put some of " +
            $"'{_options.Target}' and some of other things into container training (PUT /api/training/{{label}}/{{name}}, or clocks push " +
            "DIR); /api/health says what training still waits for."
        : null;

    /// <summary>Why a score cannot be had as asked; null when it can.</summary>
    public string? Refusal(ServedModel? model, ScoreOptions asked) => Choose(model, asked.Head) switch
    {
        null when asked.Head is HeadKind.Summed or HeadKind.TopK =>
            $"Backbone {Spec.Id} gives features alone: it has no zero-shot head.",
        null when asked.Head is null => Untrained(model),
        null => "There is no learned head yet.",
        _ when !asked.Explain => null,
        not LearnedHead => "explain needs a learned head, and none answers here.",
        _ when Spec.FeatureMapTensor is null => $"explain needs a feature map, which backbone {Spec.Id} does not have.",
        _ => null,
    };

    /// <param name="encoded">The image file.</param>
    /// <param name="model">The learned model that serves; null before there is one.</param>
    /// <param name="asked">The caller's choices; <see cref="Refusal"/> has nothing against them.</param>
    /// <param name="wait">For memory to decode in.</param>
    /// <exception cref="ImageException">The image is unusable.</exception>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public ScoreResult Score(ReadOnlyMemory<byte> encoded, ServedModel? model, ScoreOptions asked, DecodeWait wait = default)
    {
        IHead head = Choose(model, asked.Head) ?? throw new InvalidOperationException("There is no such head.");
        using Activity? span = Telemetry.Activities.StartActivity("score image");
        ImageFeatures features = _extractor.Extract(encoded, featureMap: asked.Explain, wait);
        long extracted = Stopwatch.GetTimestamp();
        double probability = head.Probability(features.Features, features.Probabilities);
        double? novelty = (head as LearnedHead)?.Novelty?.Of(features.Features);
        double threshold = asked.Threshold ?? head.Threshold;
        ClassScore[]? top = Spec.HasClasses ? TopClasses(features.Probabilities) : null;
        TimeSpan headTime = Stopwatch.GetElapsedTime(extracted);

        if (head is LearnedHead)
        {
            _traffic?.Count(model!.Manifest.Version, probability, novelty);
        }

        Telemetry.Scored(head.Kind, probability >= threshold, features.Timing, headTime);
        Score score = new()
        {
            Label = novelty > _options.Serving.UnknownAbove ? Serving.Score.Unknown : _options.Target,
            Probability = Round(probability),
            IsTarget = probability >= threshold,
            Threshold = threshold,
            Novelty = novelty is { } percentile ? Math.Round(percentile, 1) : null,
            Model = new ScoreModel(head is LearnedHead ? model!.Manifest.Version : ScoreModel.ZeroShotVersion, head.Kind, Spec.Id),
            Image = new ImageSize(features.Width, features.Height),
            TopClasses = top,
            Timing = new ScoreTiming(
                Milliseconds(features.Timing.Decode), Milliseconds(features.Timing.Preprocess), Milliseconds(features.Timing.Backbone),
                Milliseconds(headTime)),
        };
        byte[]? overlay = asked.Explain && head is LearnedHead learned
            ? HeatOverlay.Png(_extractor, encoded, ClassActivationMap.Of(features.Map!, learned), wait)
            : null;
        return new ScoreResult(score, overlay);
    }

    /// <summary>Computes one image, so that the first real one finds everything compiled.</summary>
    /// <exception cref="ImageException">The image is unusable.</exception>
    internal void WarmUp(ReadOnlyMemory<byte> encoded)
    {
        if (_zeroShot is null)
        {
            _extractor.Extract(encoded);
        }
        else
        {
            Score(encoded, model: null, new ScoreOptions { Head = HeadKind.Summed });
        }
    }

    private IHead? Choose(ServedModel? model, HeadKind? asked) => asked switch
    {
        HeadKind.Learned => model?.Head,
        HeadKind.Summed => _zeroShot?.Summed,
        HeadKind.TopK => _zeroShot?.TopK,
        _ => (IHead?)model?.Head ?? _zeroShot?.Summed,
    };

    /// <summary>The five most probable classes, best first.</summary>
    private static ClassScore[] TopClasses(ReadOnlySpan<float> probabilities)
    {
        Span<int> best = stackalloc int[TopClassCount];
        int found = 0;
        for (int id = 0; id < probabilities.Length; id++)
        {
            if (found == TopClassCount && probabilities[id] <= probabilities[best[^1]])
            {
                continue;
            }

            int place = found < TopClassCount ? found++ : TopClassCount - 1;
            for (; place > 0 && probabilities[best[place - 1]] < probabilities[id]; place--)
            {
                best[place] = best[place - 1];
            }

            best[place] = id;
        }

        ClassScore[] top = new ClassScore[TopClassCount];
        for (int i = 0; i < TopClassCount; i++)
        {
            top[i] = new ClassScore(best[i], ImageNetClasses.Names[best[i]], Round(probabilities[best[i]]));
        }

        return top;
    }

    // Six decimals: more is the noise of float32, and 0.98300004 reads badly.
    private static double Round(double probability) => Math.Round(probability, 6);

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}
