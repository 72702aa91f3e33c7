using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>
/// All the files of a form, read before any of them is scored: only then is known how many places in the queue the form
/// needs, and it gets them all or none. While it is read it takes no place, so a slow sender keeps nobody from scoring.
/// </summary>
internal sealed class WholeForm : IDisposable
{
    private readonly List<ImageForm.Part> _parts = [];

    private WholeForm()
    {
    }

    /// <summary>The files in order, each with its bytes or with the problem of this one file. At least one.</summary>
    public IReadOnlyList<ImageForm.Part> Parts => _parts;

    /// <summary>How many of them are to be scored.</summary>
    public int Images => _parts.Count(part => part.Upload is not null);

    /// <summary>Reads a form to its end.</summary>
    /// <param name="form">The form.</param>
    /// <param name="mostFiles">Files that one request may have.</param>
    /// <param name="budget">What bounds the memory of all uploads together.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="UploadRefusedException">It comes too slowly.</exception>
    /// <returns>The form, or why it is refused as a whole.</returns>
    public static async Task<(WholeForm? Form, ProblemDetails? Problem)> ReadAsync(
        ImageForm form, int mostFiles, UploadBudget budget, CancellationToken cancellation)
    {
        WholeForm? whole = new();
        try
        {
            ProblemDetails? problem = await whole.FillAsync(form, mostFiles, budget, cancellation);
            if (problem is not null)
            {
                return (null, problem);
            }

            (WholeForm read, whole) = (whole, null);
            return (read, null);
        }
        finally
        {
            whole?.Dispose();
        }
    }

    public void Dispose() => _parts.ForEach(part => part.Upload?.Dispose());

    private async Task<ProblemDetails?> FillAsync(ImageForm form, int mostFiles, UploadBudget budget, CancellationToken cancellation)
    {
        while (await form.NextAsync(cancellation) is { } part)
        {
            _parts.Add(part);
            if (_parts.Count > mostFiles)
            {
                return Problems.TooLarge($"One request may have {mostFiles} files.");
            }

            if (part.Problem is { Status: StatusCodes.Status503ServiceUnavailable } noMemory)
            {
                // Coming back later helps only where others hold the memory.
                return budget.Held > _parts.Sum(read => (long)(read.Upload?.Reserved ?? 0))
                    ? noMemory
                    : Problems.TooLarge($"The files of one form are held together, and may take {budget.Most} bytes of memory.");
            }
        }

        return form.Problem ?? (_parts.Count == 0 ? Problems.NoImage("The form has no file.") : null);
    }
}
