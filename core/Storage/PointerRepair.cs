using Azure;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Core.Storage;

/// <summary>Makes a new pointer to the current version where it was damaged or deleted.</summary>
/// <remarks>Any instance may do it at any time: the write is conditional, and all of them choose the same version.</remarks>
public static class PointerRepair
{
    /// <summary>
    /// Publishes the newest version that was published when it was trained, is whole, and can serve under these settings.
    /// </summary>
    /// <param name="registry">The registry.</param>
    /// <param name="broken">ETag of the damaged pointer; null when there is none.</param>
    /// <param name="target">The label that scorers answer about: the heads of another are passed over.</param>
    /// <param name="backbone">Asked only when there is a version to judge.</param>
    /// <param name="pipeline">How images become the backbone's input.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What the pointer says now; null when there is no version that it could name.</returns>
    public static async Task<CurrentHead?> TryAsync(
        ModelRegistry registry, ETag? broken, string target, Func<BackboneSpec> backbone, Pipeline pipeline, CancellationToken cancellation)
    {
        foreach (string version in await registry.Versions.ListAsync(cancellation))
        {
            try
            {
                HeadManifest manifest = await registry.Versions.ReadManifestAsync(version, cancellation);
                if (manifest.State == HeadManifest.Published && manifest.Target == target)
                {
                    return await registry.PublishAsync(version, broken, backbone(), pipeline, cancellation);
                }
            }
            catch (RegistryConflictException)
            {
                return await registry.Current.ReadAsync(known: null, cancellation); // somebody else was faster
            }
            catch (Exception e) when (e is InvalidHeadException or UnknownVersionException)
            {
                // Damaged, of another backbone, or deleted meanwhile: the next older one may do.
            }
        }

        return null;
    }
}
