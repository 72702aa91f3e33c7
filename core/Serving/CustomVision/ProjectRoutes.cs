using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using Microsoft.AspNetCore.Http;

namespace ClockFunctions.Core.Serving.CustomVision;

/// <summary>The one project, and its tags: the labels of the training container, and tags that were created for it.</summary>
public sealed class ProjectRoutes(ClassifierOptions options, TaggedImages images, Func<CustomVisionBlob> names)
{
    private const int LongestTag = 256;

    /// <summary>The identity of the one domain: this service's own way of training.</summary>
    private static readonly Domain Own = new(new Guid("00000000-0000-8000-8000-000000000001"), "General");

    internal static Task<IResult> DomainsAsync() => Task.FromResult<IResult>(Answers.Of<Domain[]>([Own]));

    internal static Task<IResult> DomainAsync(CustomVisionCall call) => Task.FromResult<IResult>(call.Id(1) == Own.Id
        ? Answers.Of(Own)
        : throw CustomVisionException.NotFound("NotFoundDomain", "There is one domain here: see the list of domains."));

    internal Task<IResult> ListAsync(CustomVisionCall call) =>
        Task.FromResult<IResult>(Answers.Of<Project[]>([Described(CustomVisionId.Project(options.Target))]));

    /// <summary>Whatever a project is called, it is this one: a client that moves here keeps its id.</summary>
    internal Task<IResult> GetAsync(CustomVisionCall call) => Task.FromResult<IResult>(Answers.Of(Described(call.Id(1))));

    internal async Task<IResult> TagsAsync(CustomVisionCall call) =>
        Answers.Of(await StorageDeadline.KeepAsync(AllTagsAsync, call.Cancellation));

    internal async Task<IResult> TagAsync(CustomVisionCall call)
    {
        Guid wanted = call.Id(3);
        IReadOnlyList<Tag> tags = await StorageDeadline.KeepAsync(AllTagsAsync, call.Cancellation);
        return Answers.Of(tags.FirstOrDefault(tag => tag.Id == wanted)
            ?? throw CustomVisionException.NotFound("NotFoundTag", $"There is no tag {wanted}."));
    }

    internal async Task<IResult> CreateTagAsync(CustomVisionCall call)
    {
        string name = call.Query("name") ?? throw CustomVisionException.BadRequest("BadRequestTagName", "A tag needs a name.");
        if (name.Length > LongestTag || name.Contains('/', StringComparison.Ordinal) || BlobName.Problem(name) is not null)
        {
            throw CustomVisionException.BadRequest(
                "BadRequestTagName", $"A tag has at most {LongestTag} characters, no slash or control character, and no dot at its end.");
        }

        bool isNew = await StorageDeadline.KeepAsync(stop => RememberAsync(name, stop), call.Cancellation);
        return isNew
            ? Answers.Of(Described(name, 0))
            : throw CustomVisionException.BadRequest("BadRequestTagNameNotUnique", $"There is a tag '{name}' already.");
    }

    private async Task<bool> RememberAsync(string name, CancellationToken cancellation)
    {
        if ((await AllTagsAsync(cancellation)).Any(tag => tag.Name == name))
        {
            return false;
        }

        await names().ChangeAsync(
            known => known with { Tags = [.. known.Tags.Append(name).Distinct().Order(StringComparer.Ordinal)] }, cancellation);
        return true;
    }

    private async Task<IReadOnlyList<Tag>> AllTagsAsync(CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, int> counts = await images.CountAsync(cancellation);
        return [.. counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => Described(count.Key, count.Value))];
    }

    private Tag Described(string label, int count) =>
        new(CustomVisionId.Tag(label), label, "", label == options.Target ? "Regular" : "Negative", count);

    private Project Described(Guid id) => new(
        id, options.Target, $"Tells {options.Target} from everything else.", new ProjectSettings(Own.Id, "Multiclass", true));
}
