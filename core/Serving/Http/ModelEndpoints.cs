using Azure;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ClockFunctions.Core.Serving.Http;

/// <summary>What serves, what there is to serve, publishing and reports.</summary>
public sealed class ModelEndpoints(
    ClassifierOptions options, CurrentModel current, Func<ModelRegistry> registry, BackboneCatalogue backbones)
{
    // The report is a page of our own with everything inside: no script, nothing from elsewhere, framed by nobody.
    private const string ReportPolicy =
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    internal async Task<IResult> CurrentAsync(HttpRequest request, CancellationToken cancellation)
    {
        ServedModel? model = await current.GetAsync(cancellation);
        if (model is null)
        {
            BackboneSpec spec = backbones.Resolve(options.Backbone).Spec;
            return ZeroShotHeads.Of(options, spec) is { } zeroShot ? Answers.Of(ZeroShot(spec, zeroShot)) : Answers.Of(Untrained(spec));
        }

        request.HttpContext.Response.Headers.ETag = model.ETag;
        return Answers.Of(model.Manifest);
    }

    internal async Task<IResult> ListAsync(CancellationToken cancellation)
    {
        (IReadOnlyList<RegisteredHead> heads, IReadOnlyList<DamagedHead> damaged) = await registry().ListWithDamagedAsync(cancellation);
        return Answers.Of(new ModelList(ModelSummary.Of(heads, options, backbones), damaged));
    }

    /// <summary>Moves the pointer, from what it is now, or from what If-Match says it should be.</summary>
    internal async Task<IResult> PublishAsync(HttpRequest request, string version, CancellationToken cancellation)
    {
        string? condition = request.Headers.IfMatch;
        bool isConditional = !string.IsNullOrEmpty(condition);
        try
        {
            CurrentHead before = await registry().Current.ReadAsync(known: null, cancellation);
            if (isConditional && !Holds(condition!, before.ETag))
            {
                return Answers.Of(Problems.PreconditionFailed(
                    $"The current version is {before.Head?.Version ?? "none"}; its ETag is not the one of If-Match."));
            }

            HeadManifest manifest = await registry().Versions.ReadManifestAsync(version, cancellation);
            BackboneSpec backbone = backbones.Resolve(options.Backbone).Spec;
            if (CurrentModel.Refusal(manifest, options, backbone) is { } refusal)
            {
                return Answers.Of(Problems.UnusableModel(refusal));
            }

            CurrentHead after = before.Head?.Version == version
                ? before
                : await registry().PublishAsync(version, before.ETag, backbone, options.Pipeline, cancellation);
            // So that whoever published sees it serve in the next answer of this instance.
            await current.PollAsync(cancellation);
            request.HttpContext.Response.Headers.ETag = after.ETag?.ToString("H");
            return Answers.Of(manifest);
        }
        catch (UnknownVersionException)
        {
            return Answers.Of(Problems.UnknownVersion(version));
        }
        catch (InvalidHeadException e)
        {
            return Answers.Of(Problems.UnusableModel(e.Message));
        }
        catch (RegistryConflictException e)
        {
            // The pointer moved after it was compared with If-Match, so a condition that was sent no longer holds.
            return Answers.Of(isConditional ? Problems.PreconditionFailed(e.Message) : Problems.Conflict(e.Message));
        }
    }

    internal async Task<IResult> ReportAsync(HttpRequest request, string version, CancellationToken cancellation)
    {
        try
        {
            BinaryData page = await registry().Versions.ReadReportAsync(version, cancellation);
            request.HttpContext.Response.Headers.ContentSecurityPolicy = ReportPolicy;
            return TypedResults.Bytes(page.ToArray(), "text/html; charset=utf-8");
        }
        catch (Exception e) when (e is UnknownVersionException or InvalidHeadException)
        {
            return Answers.Of(Problems.UnknownVersion(version));
        }
    }

    private static bool Holds(string condition, ETag? pointer) =>
        EntityTagHeaderValue.TryParseList([condition], out IList<EntityTagHeaderValue>? tags)
        && tags.Any(tag => tag == EntityTagHeaderValue.Any ? pointer is not null : tag.Tag == pointer?.ToString("H"));

    private ZeroShotDescription ZeroShot(BackboneSpec spec, ZeroShotHeads zeroShot) => new()
    {
        Target = options.Target,
        Classes = [.. zeroShot.Classes.Select(id => new TargetClass(id, ImageNetClasses.Names[id]))],
        Threshold = zeroShot.Summed.Threshold,
        Backbone = spec.Id,
        BackboneSha256 = spec.Sha256,
        Pipeline = options.Pipeline.ToString().ToLowerInvariant(),
    };

    private UntrainedDescription Untrained(BackboneSpec spec) => new()
    {
        Target = options.Target,
        Backbone = spec.Id,
        BackboneSha256 = spec.Sha256,
        Pipeline = options.Pipeline.ToString().ToLowerInvariant(),
    };
}
