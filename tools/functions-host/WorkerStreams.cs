using System.Collections.Concurrent;
using ClockFunctions.StandIn.Protocol;
using Grpc.Core;

namespace ClockFunctions.StandIn;

/// <summary>The host's end of the protocol: each worker opens one stream and says which it is; the rest is that worker's affair.</summary>
internal sealed class WorkerStreams : FunctionRpc.FunctionRpcBase
{
    private readonly ConcurrentDictionary<string, FunctionsWorker> _workers = new();

    public void Expect(FunctionsWorker worker) => _workers[worker.Id] = worker;

    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        bool begun = await requestStream.MoveNext(context.CancellationToken);
        if (!begun || requestStream.Current.StartStream is not { } start
            || !_workers.TryRemove(start.WorkerId, out FunctionsWorker? worker))
        {
            throw new Grpc.Core.RpcException(
                new Status(StatusCode.InvalidArgument, "A worker begins with its id, which the host gave it."));
        }

        await worker.ConverseAsync(requestStream, responseStream, context.CancellationToken);
    }
}
