using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;

namespace ClockFunctions.Core.Settings;

/// <summary>
/// The heads that answer before one was learned, as the settings want them on a backbone: put together here and nowhere else.
/// </summary>
public sealed class ZeroShotHeads
{
    private ZeroShotHeads(ClassifierOptions options, BackboneSpec backbone)
    {
        Classes = ClassSet.Parse(options.TargetClasses);
        Summed = new SummedHead([.. Classes], options.ZeroShot.ThresholdFor(backbone));
        TopK = new TopKHead([.. Classes], options.ZeroShot.K);
        K = options.ZeroShot.K;
    }

    /// <summary>The heads; null on a backbone that gives features alone, where nothing answers before the first training.</summary>
    /// <exception cref="FormatException">A target class is none of ImageNet's.</exception>
    public static ZeroShotHeads? Of(ClassifierOptions options, BackboneSpec backbone) =>
        backbone.HasClasses ? new(options, backbone) : null;

    /// <summary>ImageNet ids of the target's classes.</summary>
    public IReadOnlyList<int> Classes { get; }

    /// <summary>The sum of the target classes' probabilities: what answers unless another head is asked for.</summary>
    public SummedHead Summed { get; }

    /// <summary>Whether a target class is among the <see cref="K"/> most probable.</summary>
    public TopKHead TopK { get; }

    public int K { get; }
}
