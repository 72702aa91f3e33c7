using ClockFunctions.Core.Datasets;

namespace ClockFunctions.Core.Storage;

/// <summary>Uploads a folder of labelled images into the training container.</summary>
/// <remarks>
/// An image that is there already, byte for byte, is not sent again (the service notes the MD5 of what it is sent), so
/// a push that was cut off goes on where it stopped, and pushing twice changes nothing. Nothing is ever deleted. A file whose name
/// no blob can have (<see cref="BlobName"/>) is left out and told.
/// </remarks>
public sealed class FolderPush(TrainingContainer training, TrainingStateBlob state)
{
    /// <summary>Uploads at the same time. A photo is small: what an upload takes is mostly its way there and back.</summary>
    public const int DefaultConcurrency = 16;

    /// <summary>Uploads what is missing or different, as <c>{label}/{name}</c>, and marks the dataset dirty if anything was.</summary>
    /// <param name="folder">The images.</param>
    /// <param name="concurrency">Uploads at the same time.</param>
    /// <param name="progress">Told how many images are done.</param>
    /// <param name="cancellation">Gives up; what was uploaded stays.</param>
    public async Task<PushResult> RunAsync(ImageFolder folder, int concurrency, IProgress<int>? progress, CancellationToken cancellation)
    {
        Dictionary<string, TrainingBlob> there = (await training.ListAsync(cancellation)).ToDictionary(blob => blob.Name);
        List<FolderProblem> problems = [.. folder.Problems];
        List<FolderImage> images = new(folder.Images.Count);
        foreach (FolderImage image in folder.Images)
        {
            if (BlobName.Problem(NameOf(image)) is { } problem)
            {
                problems.Add(new FolderProblem(BlobName.Printable(image.Path), problem));
            }
            else
            {
                images.Add(image);
            }
        }

        (int done, int uploaded, long bytes) = (0, 0, 0);
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellation };
        await Parallel.ForEachAsync(images, parallel, async (image, stop) =>
        {
            string name = NameOf(image);
            byte[] content = await File.ReadAllBytesAsync(image.File, stop);
            if (!(there.TryGetValue(name, out TrainingBlob? blob) && blob.Holds(content)))
            {
                await training.AddAsync(name, new BinaryData(content), MediaType(image.File), stop);
                Interlocked.Increment(ref uploaded);
                Interlocked.Add(ref bytes, content.Length);
            }

            progress?.Report(Interlocked.Increment(ref done));
        });

        if (uploaded > 0)
        {
            await state.MarkDirtyAsync(cancellation);
        }

        return new PushResult(uploaded, images.Count - uploaded, bytes, problems);
    }

    private static string NameOf(FolderImage image) => $"{image.Image.Label}/{image.Image.Name}";

    /// <summary>For whoever looks at the container; what the bytes are is decided by the bytes alone.</summary>
    private static string? MediaType(string file) => Path.GetExtension(file).ToUpperInvariant() switch
    {
        ".JPG" or ".JPEG" => "image/jpeg",
        ".PNG" => "image/png",
        ".WEBP" => "image/webp",
        ".GIF" => "image/gif",
        ".BMP" => "image/bmp",
        ".TIF" or ".TIFF" => "image/tiff",
        _ => null,
    };
}

/// <summary>What a push did.</summary>
/// <param name="Uploaded">Images sent.</param>
/// <param name="Skipped">Images that were there already.</param>
/// <param name="Bytes">Bytes sent.</param>
/// <param name="Problems">Files that were left out.</param>
public sealed record PushResult(int Uploaded, int Skipped, long Bytes, IReadOnlyList<FolderProblem> Problems);
