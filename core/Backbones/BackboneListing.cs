namespace ClockFunctions.Core.Backbones;

/// <summary>A line of <c>clocks backbone list</c>.</summary>
/// <param name="Id">The backbone's id.</param>
/// <param name="State">Whether it can be used, or pulled first.</param>
/// <param name="Spec">The spec; null for one that is only known or whose spec cannot be read.</param>
/// <param name="Known">The known model of that id, if there is one.</param>
/// <param name="Problem">Why an installed one cannot be used; null when it can.</param>
public sealed record BackboneListing(string Id, BackboneState State, BackboneSpec? Spec, KnownBackbone? Known, string? Problem);

public enum BackboneState
{
    /// <summary>Comes with the project.</summary>
    Shipped,

    /// <summary>Pulled or imported.</summary>
    Installed,

    /// <summary>Can be pulled.</summary>
    Known,
}
