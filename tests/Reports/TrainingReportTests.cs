using System.Text.Json;
using ClockFunctions.Core;
using ClockFunctions.Core.Metrics;
using ClockFunctions.Core.Reports;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Reports;

public class TrainingReportTests
{
    private static readonly TrainingReport Report = SomeReport.Of();

    [Fact]
    public void TheShapeOfReportJsonIsApproved()
    {
        using JsonDocument json = JsonSerializer.SerializeToDocument(Report, Json.Compact);

        ApprovedShape.AssertEqual(json.RootElement, "tests", "Reports", "report.approved.txt");
    }

    [Fact]
    public void ReportJsonCanBeReadBack()
    {
        string json = JsonSerializer.Serialize(Report, Json.Compact);

        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<TrainingReport>(json, Json.Compact), Json.Compact));
    }

    [Fact]
    public void MistakesComeWorstFirstAndUncertainOnesNearestFirst()
    {
        ScoredImage[] scored = Scored.Of((true, 0.9), (true, 0.45), (true, 0.1), (false, 0.56), (false, 0.99), (false, 0.2));
        TrainingReport report = TrainingReport.Of(Report.Manifest, Report.Subject, scored, Evaluator.Evaluate(scored, 0.5), "given");

        // 0.99 is 0.49 off, 0.1 is 0.4 off, 0.56 and 0.45 little.
        Assert.Equal([0.99, 0.1, 0.56, 0.45], report.Mistakes.Select(image => image.Probability));
        Assert.Equal([0.45, 0.56, 0.2], report.Uncertain.Select(image => image.Probability).Take(3));
        Assert.Equal(scored.Length, report.Pictures().Count());
    }

    [Fact]
    public void SheetsAreBounded()
    {
        ScoredImage[] scored = Scored.Random(300, 300, 0.1, seed: 1);
        TrainingReport report = TrainingReport.Of(Report.Manifest, Report.Subject, scored, Evaluator.Evaluate(scored, 0.5), "given");

        Assert.Equal((TrainingReport.MostPictures, TrainingReport.MostPictures), (report.Mistakes.Count, report.Uncertain.Count));
    }

    [Fact]
    public void SeenImagesAreRecognisedByTheStartOfTheirHash()
    {
        string[] hashes = [
            .. Enumerable.Range(0, 500)
                .Select(i => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(i))))];
        SeenImages seen = SeenImages.Of(hashes.Take(300), hashes.Skip(300).Take(100));

        Assert.All(hashes.Take(300), hash => Assert.True(seen.WasTrainedOn(hash) && !seen.WasHeldOut(hash)));
        Assert.All(hashes.Skip(300).Take(100), hash => Assert.True(!seen.WasTrainedOn(hash) && seen.WasHeldOut(hash)));
        Assert.All(hashes.Skip(400), hash => Assert.False(seen.WasTrainedOn(hash) || seen.WasHeldOut(hash)));
        Assert.All(seen.Trained, start => Assert.Equal(SeenImages.Digits, start.Length));
    }
}
