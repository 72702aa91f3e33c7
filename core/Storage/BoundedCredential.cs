using Azure.Core;
using Azure.Identity;

namespace ClockFunctions.Core.Storage;

/// <summary>
/// Waits for a managed identity's token no longer than one takes where there is an identity. Elsewhere the library asks an address
/// that nobody has, again and again, for minutes.
/// </summary>
/// <param name="identity">Whom to ask.</param>
/// <param name="limit">How long; 10 s when left out, many times what the slowest answer takes.</param>
internal sealed class BoundedCredential(TokenCredential identity, TimeSpan? limit = null) : TokenCredential
{
    private readonly TimeSpan _limit = limit ?? TimeSpan.FromSeconds(10);

    /// <inheritdoc cref="GetTokenAsync"/>
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        GetTokenAsync(requestContext, cancellationToken).AsTask().GetAwaiter().GetResult();

    /// <exception cref="CredentialUnavailableException">No identity answered in time.</exception>
    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        using CancellationTokenSource asking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        asking.CancelAfter(_limit);
        try
        {
            // The library may be inside a connection attempt that ignores the cancellation, so the wait itself is bounded too.
            return await identity.GetTokenAsync(requestContext, asking.Token).AsTask().WaitAsync(asking.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CredentialUnavailableException(
                $"No managed identity answered within {_limit.TotalSeconds:0} s. "
                + "Where there is none, leave the setting __credential out: every sign-in is tried then.");
        }
    }
}
