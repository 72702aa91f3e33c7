using Microsoft.AspNetCore.Http;

namespace ClockFunctions.Tests.Support;

/// <summary>What happens to a request for the storage.</summary>
public enum StorageFault
{
    /// <summary>The real answer.</summary>
    None,

    /// <summary>The real answer, half a second late.</summary>
    Late,

    /// <summary>The service failed, in its own form.</summary>
    Error500,

    /// <summary>Too busy, in the service's own form.</summary>
    Error503,

    /// <summary>An error that says it is XML and has no body: Azurite sends these.</summary>
    EmptyXml500,

    /// <summary>A proxy's error page.</summary>
    Html502,

    /// <summary>The caller is not known.</summary>
    Unauthorised401,

    /// <summary>The caller may not have this blob.</summary>
    Forbidden403,

    /// <summary>The blob is in the archive tier.</summary>
    Archived409,

    /// <summary>The connection ends without an answer.</summary>
    Reset,

    /// <summary>Half of the real answer, and then the connection ends.</summary>
    CutInTheMiddle,

    /// <summary>The storage does what is asked, and its answer is lost.</summary>
    LostAnswer,

    /// <summary>No answer, and the connection stays open until the storage is spoilt in another way.</summary>
    Hang,
}

/// <summary>Which faults belong together.</summary>
public static class StorageFaults
{
    /// <summary>Those that make a request fail.</summary>
    public static IReadOnlyList<StorageFault> Failing { get; } =
        [.. Enum.GetValues<StorageFault>().Except([StorageFault.None, StorageFault.Late])];

    /// <summary>
    /// Those that a storage in trouble has for any request. What it says about one caller or one blob (401, 403, 409) is not among them.
    /// </summary>
    public static IReadOnlyList<StorageFault> OfTrouble { get; } =
    [
        StorageFault.Late, StorageFault.Error500, StorageFault.Error503, StorageFault.EmptyXml500, StorageFault.Html502, StorageFault.Reset,
        StorageFault.CutInTheMiddle, StorageFault.LostAnswer, StorageFault.Hang,
    ];

    /// <summary>Spoils some of the requests, each with one of some faults.</summary>
    /// <param name="percent">Of 100 requests, 0 to 100.</param>
    /// <param name="faults">One of them is drawn for a request that is spoilt.</param>
    /// <param name="seed">The same draws again.</param>
    public static Func<HttpRequest, StorageFault> At(int percent, IReadOnlyList<StorageFault> faults, int seed)
    {
        Random random = new(seed);
        return _ =>
        {
            lock (random)
            {
                return random.Next(100) < percent ? faults[random.Next(faults.Count)] : StorageFault.None;
            }
        };
    }
}
