using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Reports;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Reports;

public class ReportSentencesTests
{
    private static readonly TrainingReport Report = SomeReport.Of();

    [Fact]
    public void TheFindingsAreSaidInPlainWords()
    {
        IReadOnlyList<string> sentences = ReportSentences.Of(Report);

        Assert.Equal("It was measured on 360 validation images, held out from training: 60 of clock, 300 of other things.", sentences[0]);
        Assert.Equal("At threshold 0.612 it found 57 of 60 photos of clock: 95 % (likely 86 % to 98.4 %).", sentences[1]);
        Assert.Equal("It called 2 of 300 other photos clock by mistake: 0.7 per 100 other photos (likely 0.1 to 2.4).", sentences[2]);
        Assert.Equal("When it says clock, it is right 96.6 % of the time (likely 88 % to 99.3 %).", sentences[3]);
    }

    [Fact]
    public void OneSentenceSaysWhatTheNetworkKnewBefore()
    {
        Assert.Contains(
            "Before it was trained, the network's own classes (analog clock, wall clock) told clock from other things on the training " +
            "photos with ROC AUC 0.971: that makes up 25 % of this head.", ReportSentences.Of(Report));
        Assert.Contains(
            "Before it was trained, the network's own classes (analog clock) told clock from other things on the training photos with " +
            "ROC AUC 0.520: too little to build on, so nothing of it is in this head.",
            ReportSentences.Of(Report with { Manifest = Report.Manifest with { Prior = new([409], 0.52, 0) } }));
        Assert.DoesNotContain(
            ReportSentences.Of(Report with { Manifest = Report.Manifest with { Prior = null } }),
            sentence => sentence.Contains("own classes"));
    }

    [Fact]
    public void AProvisionalHeadSaysSo() => Assert.Contains(
        ReportSentences.Of(Report with { Manifest = Report.Manifest with { Provisional = true } }),
        sentence => sentence.StartsWith("It is provisional: ", StringComparison.Ordinal));

    [Fact]
    public void APerfectCountSaysHowLittleItProves()
    {
        // The far ends of the intervals: 1 − 0.025^(1/40) of Clopper and Pearson, 1.96²/(100 + 1.96²) of Wilson.
        IReadOnlyList<string> sentences = Of(Scored.Of([.. Enumerable.Range(0, 140).Select(i => (i < 40, i < 40 ? 0.9 : 0.1))]));

        Assert.Equal(
            "At threshold 0.5 it found 40 of 40 photos of clock: none was missed (so few photos cannot rule out misses in up to 8.8 % " +
            "of cases).", sentences[1]);
        Assert.Equal(
            "It raised no false alarm on 100 other photos (so few photos cannot rule out false alarms in up to 3.7 % of cases).",
            sentences[2]);
    }

    [Fact]
    public void FewImagesAreCalledRough() =>
        Assert.Contains("With only 5 images of clock to measure on, every figure here is rough: add more before relying on it.",
            Of(Scored.Of([.. Enumerable.Range(0, 60).Select(i => (i < 5, i < 5 ? 0.9 : 0.1))])));

    [Theory]
    [InlineData(0, 0, "None of them was in its training data.")]
    [InlineData(0, 360, "None of them was trained on; all were held out of its training to judge it.")]
    [InlineData(36, 10, "Beware: it was trained on 36 (10 %) of them. It has seen these answers, so the figures flatter it.")]
    [InlineData(360, 0, "Beware: it was trained on all of them. It has seen these answers, so the figures flatter it.")]
    public void OverlapWithTheTrainingImagesIsSaid(int trained, int validated, string sentence) =>
        Assert.Equal(
            sentence,
            ReportSentences.Of(Report with { Subject = Report.Subject with { TrainedOn = trained, ValidatedOn = validated } })[1]);

    [Theory]
    [InlineData(1, "100 %")]
    [InlineData(0.99996, "over 99.9 %")]
    [InlineData(0.954, "95.4 %")]
    [InlineData(0.5, "50 %")]
    [InlineData(0.0123, "1.2 %")]
    [InlineData(0.00001, "under 0.1 %")]
    [InlineData(0, "0 %")]
    public void SharesAreNeverRoundedToCertainty(double share, string text) => Assert.Equal(text, ReportSentences.Share(share));

    private static IReadOnlyList<string> Of(ScoredImage[] scored) => ReportSentences.Of(TrainingReport.Of(
        Report.Manifest, EvaluationSubject.Of("photos", scored), scored, Evaluator.Evaluate(scored, 0.5), "given"));
}
