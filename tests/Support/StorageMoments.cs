using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace ClockFunctions.Tests.Support;

/// <summary>
/// A client of the real storage that lets a test act at one exact moment: after the storage has answered a request, and before
/// the code under test gets the answer. What is sent and answered is left as it is.
/// </summary>
public sealed class StorageMoments : HttpPipelinePolicy
{
    private readonly Func<Request, bool> _which;
    private readonly Func<Task> _act;
    private int _acted;

    private StorageMoments(Func<Request, bool> which, Func<Task> act) => (_which, _act) = (which, act);

    /// <param name="storage">The account.</param>
    /// <param name="which">The first request of this kind is the moment.</param>
    /// <param name="act">What happens then.</param>
    public static BlobServiceClient After(TestStorage storage, Func<Request, bool> which, Func<Task> act)
    {
        BlobClientOptions options = new();
        options.AddPolicy(new StorageMoments(which, act), HttpPipelinePosition.PerCall);
        return new BlobServiceClient(storage.ConnectionString, options);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        bool isMoment = _which(message.Request);
        await ProcessNextAsync(message, pipeline);
        if (isMoment && Interlocked.Exchange(ref _acted, 1) == 0)
        {
            await _act();
        }
    }
}
