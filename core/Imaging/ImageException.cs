namespace ClockFunctions.Core.Imaging;

/// <summary>An image that cannot be used; the message is fit for the person who sent it.</summary>
public abstract class ImageException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The first bytes are of none of the formats of <see cref="ImageFormat"/>.</summary>
public sealed class UnknownImageFormatException(string message) : ImageException(message);

/// <summary>The format is known, but the header or the pixels are damaged, cut off or of a kind that is not read.</summary>
public sealed class InvalidImageContentException(string message, Exception? inner = null) : ImageException(message, inner);

/// <summary>More bytes or more pixels than <see cref="ImageLimits"/> allows.</summary>
public sealed class ImageTooLargeException(string message) : ImageException(message);
