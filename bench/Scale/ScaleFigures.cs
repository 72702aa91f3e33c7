namespace ClockFunctions.Bench.Scale;

/// <summary>What one size took: seconds, but for the memory.</summary>
public sealed record ScaleFigures
{
    public required int Images { get; init; }

    /// <summary>The first training of a process, libtorch's start included: from looking at the container to the pointer.</summary>
    public required double First { get; init; }

    /// <summary>The next one of the same process, for one more photo, whose features it computes.</summary>
    public required double Again { get; init; }

    /// <summary>Most memory that the process held in both.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>Time of the listing in which this process did not work: the storage did.</summary>
    public required double ListingElsewhere { get; init; }

    public required double ListingCpu { get; init; }

    /// <summary>From the listing to the dataset and its fingerprint.</summary>
    public required double Fingerprint { get; init; }

    /// <summary>What a process does once, and then only for new packs.</summary>
    public required double Index { get; init; }

    public required double Loading { get; init; }

    /// <summary>Its processor time: it runs on one thread.</summary>
    public required double Training { get; init; }

    public required double Evaluation { get; init; }

    /// <summary>The HTML page and JSON, without thumbnails.</summary>
    public required double Report { get; init; }
}
