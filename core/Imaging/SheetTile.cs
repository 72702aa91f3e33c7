namespace ClockFunctions.Core.Imaging;

/// <summary>One picture of a <see cref="ContactSheet"/>.</summary>
/// <param name="Picture">An encoded picture of any format that is read, such as <see cref="Thumbnails.Jpeg"/> gives.</param>
/// <param name="Caption">One line below it; cut with … where it is too long.</param>
/// <param name="Border">Colour of the frame as 0xRRGGBB; null: none.</param>
public sealed record SheetTile(ReadOnlyMemory<byte> Picture, string Caption, int? Border = null);
