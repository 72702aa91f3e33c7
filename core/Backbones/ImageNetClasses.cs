namespace ClockFunctions.Core.Backbones;

public static class ImageNetClasses
{
    public const int Count = 1000;
}
