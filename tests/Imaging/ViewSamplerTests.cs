using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Tests.Imaging;

public sealed class ViewSamplerTests
{
    private const int Draws = 20_000;

    private static readonly AugmentationOptions Defaults = new();

    [Fact]
    public void ViewZeroIsTheCleanImage() =>
        Assert.Same(View.Clean, ViewSampler.Sample(Defaults, 1, "abc", 0, 300, 200));

    [Fact]
    public void AViewDependsOnSeedContentAndIndexAlone()
    {
        View view = ViewSampler.Sample(Defaults, 1, "abc", 5, 300, 200);

        Assert.Equal(view, ViewSampler.Sample(Defaults, 1, "abc", 5, 300, 200));
        Assert.NotEqual(view, ViewSampler.Sample(Defaults, 2, "abc", 5, 300, 200));
        Assert.NotEqual(view, ViewSampler.Sample(Defaults, 1, "abd", 5, 300, 200));
        Assert.NotEqual(view, ViewSampler.Sample(Defaults, 1, "abc", 6, 300, 200));
    }

    [Fact]
    public void AViewNeverChangesBetweenVersions()
    {
        // Cached features are keyed by the view's index: another drawing of the same index would mix two distributions.
        View view = ViewSampler.Sample(Defaults, 1, "abc", 1, 300, 200);

        View pinned = new()
        {
            Degrees = 20.813145314720373,
            Crop = new CropBox(27, 1, 154, 195),
            Brightness = 1.0764732737141407,
            Contrast = 1.1668554894042475,
            ContrastFirst = false,
            Flipped = true,
        };
        Assert.Equal(pinned, view);
    }

    [Fact]
    public void AnglesAndColorsAreUniformInTheirRanges()
    {
        View[] views = Sample(300, 200);

        AssertUniform(views.Select(v => v.Degrees), -45, 45);
        AssertUniform(views.Select(v => v.Brightness), 0.8, 1.2);
        AssertUniform(views.Select(v => v.Contrast), 0.8, 1.2);
        AssertShare(views.Count(v => v.Flipped), 0.5);
        AssertShare(views.Count(v => v.ContrastFirst), 0.5);
    }

    [Fact]
    public void CropsHaveTheAreasAndAspectsOfRandomResizedCrop()
    {
        View[] views = Sample(1000, 1000);
        double[] areas = [.. views.Select(v => v.Crop!.Value.Width * v.Crop.Value.Height / 1e6)];
        double[] aspects = [.. views.Select(v => (double)v.Crop!.Value.Width / v.Crop.Value.Height)];

        Assert.All(views, v => Assert.True(
            v.Crop is { Left: >= 0, Top: >= 0, Width: > 0, Height: > 0 } c && c.Left + c.Width <= 1000 && c.Top + c.Height <= 1000));

        // Sides are rounded to pixels: of a side of at least 245 pixels that is 0.2 %, of an area or an aspect 0.4 %.
        Assert.InRange(areas.Min(), 0.08 * 0.996, 0.09);
        Assert.InRange(areas.Max(), 0.98, 1.0);
        Assert.InRange(aspects.Min(), 0.75 * 0.996, 0.76);
        Assert.InRange(aspects.Max(), 1.32, 4.0 / 3.0 * 1.004);

        // Drawn as exp(uniform(log 3/4, log 4/3)): below and above 1 are equally likely (boxes that do not fit are drawn again, by
        // symmetry of a square image as often for one as for the other). Equal sides count for neither.
        AssertShare(aspects.Count(a => a < 1) + (aspects.Count(a => a == 1) / 2), 0.5);

        // Below 3/4 of the area every box fits (its longer side is at most sqrt(3/4 · 4/3) = 1), so areas are uniform there:
        // the half from 0.08 to 0.40 holds as many as that from 0.40 to 0.72.
        int small = areas.Count(a => a < 0.40);
        AssertShare(small, 0.5, small + areas.Count(a => a is >= 0.40 and < 0.72));
    }

    [Theory]
    [InlineData(1000, 10, 493, 0, 13, 10)] // round(10 · 4/3) = 13 wide, in the middle
    [InlineData(10, 1000, 0, 493, 10, 13)]
    [InlineData(12, 10, 0, 0, 12, 10)] // within the allowed aspects: the whole image
    public void WhereNoBoxFitsTheCentralOneIsTaken(int width, int height, int left, int top, int cropWidth, int cropHeight) => Assert.Equal(
        new CropBox(left, top, cropWidth, cropHeight), ViewSampler.CentralCrop(4.0 / 3.0, width, height));

    [Fact]
    public void ALongImageUsuallyFallsBack()
    {
        // Of 1000 × 10 pixels no box of 8 % of the area and an aspect up to 4/3 fits: it would be at least 24 high.
        Assert.All(Enumerable.Range(1, 50), i => Assert.Equal(
            new CropBox(493, 0, 13, 10), ViewSampler.Sample(Defaults, 1, "abc", i, 1000, 10).Crop));
    }

    [Fact]
    public void TheTiniestImageHasViews() =>
        Assert.Equal(new CropBox(0, 0, 1, 1), ViewSampler.Sample(Defaults, 1, "abc", 1, 1, 1).Crop);

    private static View[] Sample(int width, int height) =>
        [.. Enumerable.Range(1, Draws).Select(i => ViewSampler.Sample(Defaults, 7, $"image {i % 100}", i, width, height))];

    /// <summary>
    /// Kolmogorov–Smirnov: the drawn distribution is nowhere farther from the uniform one than 1.95 / √n, which true samples exceed once in
    /// 1,000 seeds.
    /// </summary>
    private static void AssertUniform(IEnumerable<double> values, double low, double high)
    {
        double[] sorted = [.. values.Order()];
        double farthest = sorted.Select((v, i) => Math.Abs(((v - low) / (high - low)) - ((i + 0.5) / sorted.Length))).Max();
        Assert.InRange(farthest, 0, 1.95 / Math.Sqrt(sorted.Length));
    }

    /// <summary>A share is within 3.3 standard deviations, which true samples exceed once in 1,000 seeds.</summary>
    private static void AssertShare(int count, double share, int of = Draws) =>
        Assert.InRange(
            (double)count / of, share - (3.3 * Math.Sqrt(share * (1 - share) / of)), share + (3.3 * Math.Sqrt(share * (1 - share) / of)));
}
