using ClockFunctions.Core.Imaging;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>PUT <see cref="ClassifierRoutes.Training"/>.</summary>
public sealed class TrainingEndpoint(TrainingIntake intake, ImageLimits limits, ScoringGate gate, UploadBudget budget)
{
    internal async Task<IResult> PutAsync(HttpRequest request, string label, string name, CancellationToken cancellation)
    {
        ProblemDetails? problem = intake.NameProblem(label, name) ?? ImageContentType.Problem(request.ContentType);
        if (problem is not null)
        {
            return Answers.Of(problem);
        }

        using UploadStream body = budget.Open(request.BodyReader, cancellation);
        (ImageUpload? upload, problem) = await ImageUpload.ReadAsync(body, body, request.ContentLength, limits, cancellation);
        using (upload)
        {
            if (upload is null)
            {
                return Failed(problem!);
            }

            (bool isNew, problem) = await intake.AddAsync(label, name, upload.Bytes, request.ContentType, cancellation);
            return problem is null
                ? Answers.Of(
                    new TrainingImageAdded(label, name, upload.Length), isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK)
                : Failed(problem);
        }
    }

    private Answers.ProblemAnswer Failed(ProblemDetails problem) =>
        Answers.Of(problem, problem.Status == StatusCodes.Status503ServiceUnavailable ? gate.RetryAfter : null);
}

/// <summary>An image is in the training container, and a training will see it.</summary>
/// <param name="Label">Its label.</param>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its size.</param>
public sealed record TrainingImageAdded(string Label, string Name, long Bytes);
