namespace ClockFunctions.Bench.Score;

/// <summary>Means over the photos of their best times, in ms.</summary>
/// <param name="Decode">Bytes to pixels.</param>
/// <param name="Preprocess">Pixels to the backbone's input.</param>
/// <param name="Backbone">The network.</param>
/// <param name="Head">Features to a probability.</param>
/// <param name="Whole">All of it.</param>
/// <param name="Floor">libjpeg-turbo and a bare run of the network.</param>
/// <param name="ManagedBytes">What one score allocates on the managed heap after warm-up.</param>
public sealed record ScoreFigures(
    double Decode, double Preprocess, double Backbone, double Head, double Whole, double Floor, long ManagedBytes)
{
    public double Ratio => Whole / Floor;
}
