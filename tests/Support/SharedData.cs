namespace ClockFunctions.Tests.Support;

/// <summary>Photos and models beside the checkout (<c>../shared</c>): tests that want them skip where they are not.</summary>
public static class SharedData
{
    /// <summary>The repository's root: the nearest folder above the test assembly that holds the solution file.</summary>
    public static string Root { get; } = FindRoot();

    public static string MobileNet => Need("models/mobilenet-v2/model.onnx");

    public static string ImageNetLabels => Need("models/mobilenet-v2/imagenet_labels.txt");

    public static string ClockVsOther => Need("data/clock-vs-other");

    public static string Hostile => Need("data/hostile");

    public static string LargePhoto => Need("data/large-photo.jpg");

    private static string Need(string path)
    {
        string full = Path.GetFullPath(Path.Combine(Root, "..", "shared", path));
        Assert.SkipUnless(Path.Exists(full), $"../shared/{path} is not beside the checkout");
        return full;
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "ClockFunctions.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests run outside of the repository.");
    }
}
