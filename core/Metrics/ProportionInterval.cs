
namespace ClockFunctions.Core.Metrics;

/// <summary>95 % intervals of a share of images: accuracy, precision, recall, false alarm rate.</summary>
/// <remarks>
/// <para>A count jumps, so no interval contains every truth 95 % of times exactly (Brown, Cai and DasGupta, "Interval
/// estimation for a binomial proportion", 2001). The choice here:</para>
/// <para>Below <see cref="Few"/> images the interval of Clopper and Pearson (1934), which contains the truth in at least
/// 95 % of samples whatever the truth is.</para>
/// <para>From there on the interval of Wilson (1927), which comes nearer to 95 %. Close to 0 and 1 it fails up to 16 % of
/// times, because its ends lie too close to a count of one to four. Those ends are moved out until they fail
/// <see cref="EdgeFailure"/> of times; Brown, Cai and DasGupta do the same with 5 %. So at least 92 % of samples give an
/// interval that contains the truth, whatever it is.</para>
/// </remarks>
internal static class ProportionInterval
{
    /// <summary>With fewer images, both of Wilson's ends fail often enough to matter.</summary>
    public const int Few = 50;

    /// <summary>How often an end of Clopper and Pearson's interval may lie on the wrong side of the truth.</summary>
    private const double ExactFailure = 0.025;

    /// <summary>
    /// The same for the moved end of Wilson's: there the other end cannot fail, so it may take most of the 5 %, and a little of the next
    /// jump.
    /// </summary>
    private const double EdgeFailure = 0.07;

    /// <summary>From five on, Wilson's end fails less often than <see cref="EdgeFailure"/> by itself.</summary>
    private const int EdgeCount = 4;

    /// <summary>So many bisections leave nothing of a double between two bounds.</summary>
    private const int Bisections = 60;

    /// <summary>The share of hits among images; nothing when there are no images.</summary>
    public static Interval Of(int hits, int images) => images == 0
        ? new Interval(null, null, null)
        : new Interval((double)hits / images, Low(hits, images), 1 - Low(images - hits, images));

    /// <summary>Wilson's interval of a share that was measured as well as a count of so many images measures one.</summary>
    /// <remarks>Korn and Graubard (1998) give the mean of something else than a count such an interval: its variance v
    /// says how many images it is worth, share · (1 − share) / v.</remarks>
    /// <param name="share">0–1.</param>
    /// <param name="images">Positive; any real number, or infinity.</param>
    public static (double Low, double High) Wilson(double share, double images)
    {
        double weight = Normal.Deviations * Normal.Deviations / images;
        double centre = share + (weight / 2);
        double half = Math.Sqrt(weight * ((share * (1 - share)) + (weight / 4)));

        // At the edges the two terms are equal, and rounding must not leave a speck between them.
        return (share <= 0 ? 0 : Math.Max(0, (centre - half) / (1 + weight)), share >= 1 ? 1 : Math.Min(1, (centre + half) / (1 + weight)));
    }

    private static double Low(int hits, int images)
    {
        if (hits == 0)
        {
            return 0;
        }

        if (images < Few)
        {
            return LowestShare(hits, images, ExactFailure);
        }

        double wilson = Wilson((double)hits / images, images).Low;
        return hits > EdgeCount ? wilson : Math.Min(wilson, LowestShare(hits, images, EdgeFailure));
    }

    /// <summary>The true share at which so many hits or more happen just as often as given.</summary>
    private static double LowestShare(int hits, int images, double often)
    {
        (double low, double high) = (0, (double)hits / images);
        for (int i = 0; i < Bisections; i++)
        {
            double share = (low + high) / 2;
            (low, high) = 1 - Fewer(hits, images, share) < often ? (share, high) : (low, share);
        }

        return low;
    }

    /// <summary>How often a binomial count is below so many hits.</summary>
    private static double Fewer(int hits, int images, double share)
    {
        double odds = share / (1 - share);
        double often = Math.Exp(images * Math.Log(1 - share));
        double sum = 0;
        for (int count = 0; count < hits; count++)
        {
            sum += often;
            often *= odds * (images - count) / (count + 1);
        }

        return sum;
    }
}
