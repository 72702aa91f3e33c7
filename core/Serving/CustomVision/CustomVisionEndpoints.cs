using System.Text.RegularExpressions;
using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Core.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;

namespace ClockFunctions.Core.Serving.CustomVision;

/// <summary>
/// The REST addresses of Azure AI Custom Vision, for clients that were written for it: prediction, and of training what moves people
/// over. Both hosts map <see cref="Route"/> to <see cref="AnswerAsync"/>, which knows all the addresses below it.
/// </summary>
/// <remarks>
/// Addresses are compared without regard to case, as theirs are. The keys are this endpoint's own, since clients send them in headers
/// that the Functions host does not know.
/// </remarks>
public sealed partial class CustomVisionEndpoints(
    ClassifierOptions options, PredictionRoutes prediction, ProjectRoutes projects, ImageRoutes images, UploadRoutes uploads,
    IterationRoutes iterations, ILogger<CustomVisionEndpoints> logger)
{
    /// <summary>Below <see cref="ClassifierRoutes.Prefix"/>.</summary>
    public const string Route = "customvision/{version}/{*path}";

    /// <summary>The methods that an address below it may take.</summary>
    public static IReadOnlyList<string> Methods { get; } = ["GET", "POST", "DELETE", "PATCH"];

    /// <summary>Answers any request below <see cref="Route"/>.</summary>
    public Task<IResult> AnswerAsync(HttpRequest request, CancellationToken cancellation) => RequestGuard.RunAsync(
        request,
        async () =>
        {
            try
            {
                return await DispatchAsync(request, cancellation);
            }
            catch (CustomVisionException e)
            {
                return Error(e);
            }
        },
        (problem, _) => Error(CustomVisionException.Of(problem)),
        logger,
        cancellation);

    private static JsonHttpResult<CustomVisionError> Error(CustomVisionException e) =>
        Answers.Of(new CustomVisionError(e.Code, e.Message), e.Status);

    private Task<IResult> DispatchAsync(HttpRequest request, CancellationToken cancellation)
    {
        string version = request.RouteValues["version"] as string ?? "";
        string[] path = (request.RouteValues["path"] as string ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        bool trains = path is [var service, ..] && service.Equals("training", StringComparison.OrdinalIgnoreCase);
        bool predicts = path is [var other, ..] && other.Equals("prediction", StringComparison.OrdinalIgnoreCase);
        string? key = trains ? options.CustomVision.TrainingKey : options.CustomVision.PredictionKey;
        string header = trains ? "Training-Key" : "Prediction-Key";
        bool isTrusted = TrustedCaller.May(request, header, key);
        if ((!trains && !predicts) || !Version().IsMatch(version) || (!isTrusted && string.IsNullOrEmpty(key)))
        {
            throw CustomVisionException.NotFound("NotFound", "There is nothing at this address.");
        }

        if (!isTrusted)
        {
            throw new CustomVisionException(
                StatusCodes.Status401Unauthorized, "Unauthorized", $"Header {header} does not hold the key of this service.");
        }

        CustomVisionCall call = new(request, path[1..], cancellation);
        string[] address = [.. call.Path.Select(segment => segment.ToLowerInvariant())];
        return predicts ? Predict(call, address) : Train(call, address);
    }

    private Task<IResult> Predict(CustomVisionCall call, string[] address) => (call.Request.Method, address) switch
    {
        // Nothing is kept of what is scored, so that nostore makes no difference.
        ("POST", [_, "classify", "iterations", _, "image"] or [_, "classify", "iterations", _, "image", "nostore"]) =>
            prediction.ClassifyImageAsync(call),
        ("POST", [_, "classify", "iterations", _, "url"] or [_, "classify", "iterations", _, "url", "nostore"]) =>
            prediction.ClassifyUrlAsync(call),
        (_, [_, "detect", ..]) => throw CustomVisionException.NotSupported("This service classifies images and detects no objects."),
        _ => throw NoSuchAddress(call),
    };

    private Task<IResult> Train(CustomVisionCall call, string[] address) => (call.Request.Method, address) switch
    {
        ("GET", ["domains"]) => ProjectRoutes.DomainsAsync(),
        ("GET", ["domains", _]) => ProjectRoutes.DomainAsync(call),
        ("GET", ["projects"]) => projects.ListAsync(call),
        ("GET", ["projects", _]) => projects.GetAsync(call),
        (_, ["projects"] or ["projects", "import"] or ["projects", _]) => throw CustomVisionException.NotSupported(
            "A service holds one project, which is made by its settings (Classifier:Target). Deploy another service for another project."),

        ("GET", ["projects", _, "tags"]) => projects.TagsAsync(call),
        ("POST", ["projects", _, "tags"]) => projects.CreateTagAsync(call),
        ("GET", ["projects", _, "tags", _]) => projects.TagAsync(call),
        (_, ["projects", _, "tags", _]) => throw CustomVisionException.NotSupported(
            "A tag is the folder of its images: move or delete the images in container training instead."),

        ("POST", ["projects", _, "images"]) => uploads.FormAsync(call),
        ("POST", ["projects", _, "images", "files"]) => uploads.FilesAsync(call),
        ("POST", ["projects", _, "images", "urls"]) => uploads.UrlsAsync(call),
        ("GET", ["projects", _, "images"] or ["projects", _, "images", "tagged"]) => images.ListAsync(call),
        ("GET", ["projects", _, "images", "untagged"]) => images.ListAsync(call, tagged: false),
        ("GET", ["projects", _, "images", "count"] or ["projects", _, "images", "tagged", "count"]) => images.CountAsync(call),
        ("GET", ["projects", _, "images", "untagged", "count"]) => images.CountAsync(call, tagged: false),
        ("GET", ["projects", _, "images", "id"]) => images.ByIdAsync(call),
        ("GET", ["projects", _, "images", _, "content"]) => images.ContentAsync(call),
        ("DELETE", ["projects", _, "images"]) => images.DeleteAsync(call),
        (_, ["projects", _, "images", "tags"]) => throw CustomVisionException.NotSupported(
            "An image has the tag of its folder: add it again under the other tag and delete it here."),
        (_, ["projects", _, "images", "regions", ..] or ["projects", _, "images", _, "regionproposals"]) =>
            throw CustomVisionException.NotSupported("This service classifies whole images and knows no regions."),
        (_, ["projects", _, "images", "suggested", ..] or ["projects", _, "tagsandregions", ..]) =>
            throw CustomVisionException.NotSupported("Score the images by POST /api/score and tag them by its answers."),
        (_, ["projects", _, "images", "metadata" or "predictions"]) =>
            throw CustomVisionException.NotSupported("Add images by images, images/files or images/urls; they carry no metadata."),

        ("POST", ["projects", _, "train"]) => iterations.TrainAsync(call),
        ("GET", ["projects", _, "iterations"]) => iterations.ListAsync(call),
        ("GET", ["projects", _, "iterations", _]) => iterations.GetAsync(call),
        ("GET", ["projects", _, "iterations", _, "performance"]) => iterations.PerformanceAsync(call),
        ("POST", ["projects", _, "iterations", _, "publish"]) => iterations.PublishAsync(call),
        ("DELETE", ["projects", _, "iterations", _, "publish"]) => iterations.UnpublishAsync(call),
        (_, ["projects", _, "iterations", _, "export"]) =>
            throw CustomVisionException.NotSupported("Export a version by the command line: clocks models export."),
        (_, ["projects", _, "iterations", _, "performance", ..]) =>
            throw CustomVisionException.NotSupported("The report of a version shows its mistakes: GET /api/models/{version}/report."),
        (_, ["projects", _, "iterations", _]) =>
            throw CustomVisionException.NotSupported("Versions do not change; old ones are deleted by Classifier:Training:KeepVersions."),

        (_, ["projects", _, "predictions", ..]) =>
            throw CustomVisionException.NotSupported("Nothing is kept of the images that are scored."),
        (_, ["projects", _, "quicktest", ..]) =>
            throw CustomVisionException.NotSupported("Classify by the prediction address, with the id of a version as published name."),
        (_, ["projects", _, "export" or "artifacts"]) =>
            throw CustomVisionException.NotSupported("Everything is files in your own storage account: copy its containers."),
        _ => throw NoSuchAddress(call),
    };

    private static CustomVisionException NoSuchAddress(CustomVisionCall call) => CustomVisionException.NotFound(
        "NotFound", $"{call.Request.Method} {call.Request.Path} is no address of this service.");

    [GeneratedRegex("^v3\\.[0-4](-preview)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
