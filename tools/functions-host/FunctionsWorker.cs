using System.Collections.Concurrent;
using System.Threading.Channels;
using ClockFunctions.StandIn.Protocol;
using Grpc.Core;

namespace ClockFunctions.StandIn;

/// <summary>A running app: its process, its functions, and the invocations that are under way.</summary>
public sealed class FunctionsWorker : IAsyncDisposable
{
    /// <summary>What host.json puts before every route.</summary>
    private const string RoutePrefix = "api/";

    private const string HttpUri = "HttpUri";

    internal static readonly IReadOnlyDictionary<string, string> NoMetadata = new Dictionary<string, string>();

    /// <summary>How long the host gives a worker that it told to end, before it kills it.</summary>
    public static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(5);

    private readonly string _folder;
    private readonly Channel<StreamingMessage> _toWorker = Channel.CreateUnbounded<StreamingMessage>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Invocation>> _running = new();
    private readonly ConcurrentQueue<WorkerLog> _logs = new();
    private readonly TaskCompletionSource<IDictionary<string, string>> _initialised = Signal<IDictionary<string, string>>();
    private readonly TaskCompletionSource<IReadOnlyList<RpcFunctionMetadata>> _described = Signal<IReadOnlyList<RpcFunctionMetadata>>();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WorkerProcess? _process;
    private HttpForwarder? _http;
    private int _toLoad;
    private bool _gone;

    internal FunctionsWorker(string folder) => _folder = folder;

    internal string Id { get; } = Guid.NewGuid().ToString();

    public WorkerProcess Process => _process!;

    public IReadOnlyList<LoadedFunction> Functions { get; private set; } = [];

    /// <summary>What it said that it can do.</summary>
    public IReadOnlyDictionary<string, string> Capabilities { get; private set; } = new Dictionary<string, string>();

    /// <summary>What it logged to the host, oldest first.</summary>
    public IReadOnlyCollection<WorkerLog> Logs => _logs;

    /// <summary>Invokes the function that a request is for, and passes the request on, as the host does both.</summary>
    /// <param name="request">With a relative address, such as <c>/api/score</c>.</param>
    /// <param name="cancellation">The caller has gone.</param>
    /// <exception cref="WorkerException">No function takes the request, which the host answers with 404.</exception>
    /// <exception cref="HttpRequestException">The worker cannot be reached, or broke off.</exception>
    public async Task<HttpAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        string path = request.RequestUri!.OriginalString.Split('?')[0].TrimStart('/');
        LoadedFunction function = Functions.FirstOrDefault(one =>
            path.StartsWith(RoutePrefix, StringComparison.Ordinal) && one.Takes(request.Method.Method, path[RoutePrefix.Length..]))
            ?? throw new WorkerException($"No function takes {request.Method} /{path}.");
        string invocationId = Guid.NewGuid().ToString();
        // The host forwards first: what comes first, the request or the invocation, is the worker's to bring together.
        Task<HttpResponseMessage> forwarding = _http!.SendAsync(request, invocationId, cancellation);
        TypedData input = new() { Http = new RpcHttp { Method = request.Method.Method, Url = $"http://localhost/{path}" } };
        Invocation invocation = await InvokeAsync(function, input, invocationId, NoMetadata, cancellation);
        return new HttpAnswer(await forwarding, invocation);
    }

    /// <summary>Invokes a function with the data of its trigger.</summary>
    internal async Task<Invocation> InvokeAsync(
        LoadedFunction function, TypedData input, string invocationId, IReadOnlyDictionary<string, string> metadata,
        CancellationToken cancellation)
    {
        TaskCompletionSource<Invocation> answered = Signal<Invocation>();
        _running[invocationId] = answered;
        InvocationRequest request = new()
        {
            InvocationId = invocationId,
            FunctionId = function.Id,
            InputData = { new ParameterBinding { Name = function.Parameter, Data = input } },
            TraceContext = new RpcTraceContext(),
        };
        foreach ((string name, string value) in metadata)
        {
            request.TriggerMetadata[name] = new TypedData { String = value };
        }

        Send(new StreamingMessage { InvocationRequest = request });
        if (Volatile.Read(ref _gone))
        {
            answered.TrySetResult(Invocation.Lost);
        }

        await using CancellationTokenRegistration given = cancellation.Register(() =>
            Send(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = invocationId } }));
        return await answered.Task;
    }

    /// <summary>Tells it to end, as the host does before it kills it.</summary>
    public void AskToEnd() => Send(new StreamingMessage
    {
        WorkerTerminate = new WorkerTerminate { GracePeriod = new Seconds { Seconds_ = (long)GracePeriod.TotalSeconds } },
    });

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _http?.Dispose();
    }

    internal void Start(Uri host, IReadOnlyDictionary<string, string?> settings) =>
        _process = new WorkerProcess(_folder, Id, host, settings);

    /// <summary>What the host does before the first invocation: greets the worker, asks for its functions, loads each.</summary>
    internal async Task LoadAsync(CancellationToken cancellation)
    {
        await OrEndAsync(_connected.Task, cancellation);
        WorkerInitRequest greeting = new() { HostVersion = "4.0.0", WorkerDirectory = _folder, FunctionAppDirectory = _folder };
        greeting.Capabilities["HandlesInvocationCancelMessage"] = bool.TrueString;
        Send(new StreamingMessage { WorkerInitRequest = greeting });
        IDictionary<string, string> capabilities = await OrEndAsync(_initialised.Task, cancellation);
        Capabilities = new Dictionary<string, string>(capabilities);
        _http = new HttpForwarder(new Uri(Capabilities[HttpUri]));
        Send(new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = _folder } });
        IReadOnlyList<RpcFunctionMetadata> functions = await OrEndAsync(_described.Task, cancellation);
        Functions = [.. functions.Select(function => new LoadedFunction(function))];
        _toLoad = functions.Count;
        foreach (RpcFunctionMetadata function in functions)
        {
            FunctionLoadRequest load = new() { FunctionId = function.FunctionId, Metadata = function };
            Send(new StreamingMessage { FunctionLoadRequest = load });
        }

        await OrEndAsync(_loaded.Task, cancellation);
    }

    /// <summary>The worker's stream, from its beginning to its end.</summary>
    internal async Task ConverseAsync(
        IAsyncStreamReader<StreamingMessage> fromWorker, IServerStreamWriter<StreamingMessage> toWorker, CancellationToken ended)
    {
        _connected.TrySetResult();
        Task writing = WriteAsync(toWorker, ended);
        try
        {
            while (await fromWorker.MoveNext(ended))
            {
                Take(fromWorker.Current);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // A process that is killed ends no stream.
        }
        finally
        {
            Volatile.Write(ref _gone, true);
            _toWorker.Writer.TryComplete();
            foreach (TaskCompletionSource<Invocation> answer in _running.Values)
            {
                answer.TrySetResult(Invocation.Lost);
            }

            await ((Task)writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WriteAsync(IServerStreamWriter<StreamingMessage> toWorker, CancellationToken ended)
    {
        await foreach (StreamingMessage message in _toWorker.Reader.ReadAllAsync(ended))
        {
            await toWorker.WriteAsync(message, ended);
        }
    }

    private void Send(StreamingMessage message)
    {
        message.RequestId = Id;
        _toWorker.Writer.TryWrite(message); // not taken once the worker is gone, which its invocations are told of
    }

    private void Take(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.WorkerInitResponse:
                Settle(_initialised, message.WorkerInitResponse.Result, message.WorkerInitResponse.Capabilities);
                break;
            case StreamingMessage.ContentOneofCase.FunctionMetadataResponse:
                Settle(_described, message.FunctionMetadataResponse.Result, [.. message.FunctionMetadataResponse.FunctionMetadataResults]);
                break;
            case StreamingMessage.ContentOneofCase.FunctionLoadResponse when Failure(message.FunctionLoadResponse.Result) is { } failure:
                _loaded.TrySetException(failure);
                break;
            case StreamingMessage.ContentOneofCase.FunctionLoadResponse when Interlocked.Decrement(ref _toLoad) == 0:
                _loaded.TrySetResult();
                break;
            case StreamingMessage.ContentOneofCase.InvocationResponse
                when _running.TryRemove(message.InvocationResponse.InvocationId, out TaskCompletionSource<Invocation>? answer):
                answer.TrySetResult(Invocation.Of(message.InvocationResponse));
                break;
            case StreamingMessage.ContentOneofCase.RpcLog:
                RpcLog log = message.RpcLog;
                string exception = log.Exception is { } thrown ? $" {thrown.Message}" : "";
                _logs.Enqueue(new WorkerLog(log.Level.ToString(), log.Category, log.Message + exception, log.InvocationId));
                break;
        }
    }

    /// <summary>Waits for the worker, or for its end.</summary>
    private async Task<T> OrEndAsync<T>(Task<T> awaited, CancellationToken cancellation)
    {
        await OrEndAsync((Task)awaited, cancellation);
        return await awaited;
    }

    private async Task OrEndAsync(Task awaited, CancellationToken cancellation)
    {
        Task<int> end = Process.ExitAsync(cancellation);
        if (await Task.WhenAny(awaited, end) == end)
        {
            int exitCode = await end;
            throw new WorkerException($"The app ended with {exitCode}: {string.Join(Environment.NewLine, Process.Output)}");
        }

        await awaited;
    }

    private static void Settle<T>(TaskCompletionSource<T> task, StatusResult? result, T value)
    {
        if (Failure(result) is { } failure)
        {
            task.TrySetException(failure);
        }
        else
        {
            task.TrySetResult(value);
        }
    }

    private static WorkerException? Failure(StatusResult? result) => result?.Status == StatusResult.Types.Status.Success
        ? null
        : new WorkerException(result?.Exception?.Message ?? "The worker did not say that it succeeded.");

    private static TaskCompletionSource<T> Signal<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
