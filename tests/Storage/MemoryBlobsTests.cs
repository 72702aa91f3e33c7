using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using ClockFunctions.Tests.Support;

namespace ClockFunctions.Tests.Storage;

/// <summary>
/// The blobs in memory answer what a real Azurite answers, to all that core asks. One thing is left out: to a range behind the end Azurite
/// gives nothing, and they answer 416, as Azure does.
/// </summary>
public class MemoryBlobsTests(AzuriteFixture azurite)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BlobsInMemoryAnswerAsAzuriteDoes()
    {
        IReadOnlyList<string> real = await AskAsync((await azurite.NewStorageAsync()).Client);
        IReadOnlyList<string> memory = await AskAsync(new MemoryBlobs().Connect());

        Assert.Equal(real, memory);
    }

    private static async Task<IReadOnlyList<string>> AskAsync(BlobServiceClient service)
    {
        List<string> answers = [];
        BlobContainerClient container = service.GetBlobContainerClient("models");
        await container.CreateIfNotExistsAsync(cancellationToken: Stop);
        await AskAsync("container", async () => $"{(await container.ExistsAsync(Stop)).Value}");
        await AskAsync("list of none", ListAsync);

        BlobClient blob = container.GetBlobClient("heads/a b/c.json");
        BlobLeaseClient lease = blob.GetBlobLeaseClient("11111111-1111-1111-1111-111111111111");
        BlobLeaseClient other = blob.GetBlobLeaseClient("22222222-2222-2222-2222-222222222222");
        TimeSpan duration = TimeSpan.FromSeconds(30);
        ETag first = default;
        ETag wrong = new("\"0x1234\"");
        await AskAsync("properties of none", async () => $"{(await blob.GetPropertiesAsync(cancellationToken: Stop)).Value.ContentLength}");
        await AskAsync("download of none", async () => $"{(await blob.DownloadContentAsync(Stop)).Value.Content}");
        await AskAsync("delete of none", async () => $"{(await blob.DeleteIfExistsAsync(cancellationToken: Stop)).Value}");
        await AskAsync("lease of none", async () => (await lease.AcquireAsync(duration, cancellationToken: Stop)).Value.LeaseId);

        await AskAsync("first", () => WriteAsync("0123456789", new BlobRequestConditions { IfNoneMatch = ETag.All }));
        first = (await blob.GetPropertiesAsync(cancellationToken: Stop)).Value.ETag;
        await AskAsync("only if new", () => WriteAsync("x", new BlobRequestConditions { IfNoneMatch = ETag.All }));
        await AskAsync("only if another", () => WriteAsync("x", new BlobRequestConditions { IfMatch = wrong }));
        await AskAsync("not modified", () => ReadAsync(new BlobDownloadOptions { Conditions = new() { IfNoneMatch = first } }));
        await AskAsync("modified", () => ReadAsync(new BlobDownloadOptions { Conditions = new() { IfNoneMatch = wrong } }));
        await AskAsync("this version", () => ReadAsync(new BlobDownloadOptions { Conditions = new() { IfMatch = first } }));
        await AskAsync("another version", () => ReadAsync(new BlobDownloadOptions { Conditions = new() { IfMatch = wrong } }));
        await AskAsync("a range", () => ReadAsync(new BlobDownloadOptions { Range = new HttpRange(2, 3) }));
        await AskAsync("the rest", () => ReadAsync(new BlobDownloadOptions { Range = new HttpRange(7) }));
        await AskAsync("too long a range", () => ReadAsync(new BlobDownloadOptions { Range = new HttpRange(7, 100) }));

        await AskAsync("acquire", async () => (await lease.AcquireAsync(duration, cancellationToken: Stop)).Value.LeaseId);
        await AskAsync("acquire again", async () => (await lease.AcquireAsync(duration, cancellationToken: Stop)).Value.LeaseId);
        await AskAsync("acquire by another", async () => (await other.AcquireAsync(duration, cancellationToken: Stop)).Value.LeaseId);
        await AskAsync("write without the lease", () => WriteAsync("x", null));
        await AskAsync("write with another", () => WriteAsync("x", new BlobRequestConditions { LeaseId = other.LeaseId }));
        await AskAsync("write with the lease", () => WriteAsync("with", new BlobRequestConditions { LeaseId = lease.LeaseId }));
        await AskAsync("delete without the lease", async () => $"{(await blob.DeleteIfExistsAsync(cancellationToken: Stop)).Value}");
        await AskAsync("renew", async () => (await lease.RenewAsync(cancellationToken: Stop)).Value.LeaseId);
        await AskAsync("renew by another", async () => (await other.RenewAsync(cancellationToken: Stop)).Value.LeaseId);
        await AskAsync("release by another", async () => $"{(await other.ReleaseAsync(cancellationToken: Stop)).GetRawResponse().Status}");
        await AskAsync("release", async () => $"{(await lease.ReleaseAsync(cancellationToken: Stop)).GetRawResponse().Status}");
        await AskAsync("write with no lease there", () => WriteAsync("x", new BlobRequestConditions { LeaseId = lease.LeaseId }));

        await container.GetBlobClient("heads/b").UploadAsync(new BinaryData("b"), Stop);
        await container.GetBlobClient("other").UploadAsync(new BinaryData("other"), Stop);
        await AskAsync("list", ListAsync);
        await AskAsync("delete", async () => $"{(await blob.DeleteIfExistsAsync(cancellationToken: Stop)).Value}");
        await AskAsync("list again", ListAsync);
        return answers;

        async Task AskAsync(string what, Func<Task<string>> ask)
        {
            try
            {
                answers.Add($"{what}: {await ask()}");
            }
            catch (RequestFailedException e)
            {
                answers.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: {e.Status} {e.ErrorCode}"));
            }
        }

        async Task<string> WriteAsync(string content, BlobRequestConditions? conditions)
        {
            BlobUploadOptions options = new()
            {
                Conditions = conditions,
                Metadata = new Dictionary<string, string> { ["writer"] = "test" },
            };
            return $"{(await blob.UploadAsync(new BinaryData(content), options, Stop)).GetRawResponse().Status}";
        }

        async Task<string> ReadAsync(BlobDownloadOptions options)
        {
            Response<BlobDownloadResult> read = await blob.DownloadContentAsync(options, Stop);
            return read.GetRawResponse().Status == 304 ? "304" : $"{read.GetRawResponse().Status} {read.Value.Content}";
        }

        async Task<string> ListAsync()
        {
            List<string> blobs = [];
            GetBlobsOptions options = new() { Prefix = "heads/", Traits = BlobTraits.Metadata };
            await foreach (BlobItem item in container.GetBlobsAsync(options, Stop))
            {
                string writer = item.Metadata.TryGetValue("writer", out string? noted) ? noted : "nobody";
                blobs.Add($"{item.Name} {item.Properties.ContentLength} {writer}");
            }

            return string.Join(", ", blobs);
        }
    }
}
