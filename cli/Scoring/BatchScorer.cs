using System.Threading.Channels;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Serving;

namespace ClockFunctions.Cli.Scoring;

/// <summary>Scores files in parallel and gives the answers in the files' order, as soon as that is possible.</summary>
internal sealed class BatchScorer(ScorerSetup setup, ScoreOptions asked)
{
    // How far the fastest may run ahead of the slowest: answers that wait for their turn are held in memory.
    private const int Ahead = 64;

    public async IAsyncEnumerable<FileScore> ScoreAsync(
        IReadOnlyList<ImageFile> files, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        Channel<Task<FileScore>> inOrder = Channel.CreateBounded<Task<FileScore>>(Ahead);
        using SemaphoreSlim places = new(setup.Places);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task starting = StartAsync(files, inOrder.Writer, places, stop.Token);
        try
        {
            await foreach (Task<FileScore> score in inOrder.Reader.ReadAllAsync(cancellation))
            {
                yield return await score;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task StartAsync(
        IReadOnlyList<ImageFile> files, ChannelWriter<Task<FileScore>> inOrder, SemaphoreSlim places, CancellationToken cancellation)
    {
        List<Task> running = [];
        try
        {
            foreach (ImageFile file in files)
            {
                await places.WaitAsync(cancellation);
                Task<FileScore> score = Task.Run(() => Score(file), CancellationToken.None);
                running.RemoveAll(task => task.IsCompleted);
                running.Add(
                    score.ContinueWith(
                        _ => places.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                        TaskScheduler.Default));
                await inOrder.WriteAsync(score, cancellation);
            }

            inOrder.Complete();
        }
        finally
        {
            await Task.WhenAll(running);
            inOrder.TryComplete();
        }
    }

    private FileScore Score(ImageFile file)
    {
        try
        {
            long length = new FileInfo(file.Path).Length;
            if (length > setup.Options.Images.MaxBytes)
            {
                return new FileScore(file, null, $"The image has {length} bytes; the limit is {setup.Options.Images.MaxBytes}.");
            }

            return new FileScore(file, setup.Scorer.Score(File.ReadAllBytes(file.Path), setup.Model, asked), null);
        }
        catch (Exception e) when (e is ImageException or IOException or UnauthorizedAccessException)
        {
            return new FileScore(file, null, e.Message);
        }
    }
}

/// <summary>One file's answer: a score, or why there is none.</summary>
internal sealed record FileScore(ImageFile File, ScoreResult? Result, string? Problem);
