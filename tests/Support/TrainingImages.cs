using System.Security.Cryptography;
using Azure.Storage.Blobs;
using ClockFunctions.Core.Datasets;

namespace ClockFunctions.Tests.Support;

/// <summary>Puts drawings into the training container and says what a fingerprint over them must be.</summary>
public sealed class TrainingImages(TestStorage storage)
{
    private readonly BlobContainerClient _training = storage["training"];

    /// <summary>What is in the container.</summary>
    public Dictionary<string, byte[]> Images { get; } = [];

    /// <summary>The fingerprint that a model trained on exactly these has.</summary>
    public string Fingerprint => FingerprintOf(Images);

    /// <summary>The fingerprint of a container with these blobs.</summary>
    public static string FingerprintOf(IReadOnlyDictionary<string, byte[]> images) =>
        Core.Datasets.Fingerprint.Of(images.Select(image => new TrainingImage(
            image.Key[..image.Key.IndexOf('/')], image.Key[(image.Key.IndexOf('/') + 1)..],
            Convert.ToHexStringLower(SHA256.HashData(image.Value)), image.Value.Length)));

    /// <summary>Adds as many clocks as others, numbered from <paramref name="from"/>.</summary>
    public async Task AddAsync(int from, int pairs, CancellationToken cancellation)
    {
        for (int i = from; i < from + pairs; i++)
        {
            await PutAsync($"clock/{i:000}.jpg", DrawnImage.Clock(i), cancellation);
            await PutAsync($"other/{i:000}.jpg", DrawnImage.Other(i), cancellation);
        }
    }

    public async Task PutAsync(string name, byte[] content, CancellationToken cancellation)
    {
        await _training.GetBlobClient(name).UploadAsync(new BinaryData(content), overwrite: true, cancellation);
        lock (Images)
        {
            Images[name] = content;
        }
    }

    public async Task DeleteAsync(string name, CancellationToken cancellation)
    {
        await _training.DeleteBlobAsync(name, cancellationToken: cancellation);
        Images.Remove(name);
    }

    public async Task MoveAsync(string from, string to, CancellationToken cancellation)
    {
        await PutAsync(to, Images[from], cancellation);
        await DeleteAsync(from, cancellation);
    }
}
