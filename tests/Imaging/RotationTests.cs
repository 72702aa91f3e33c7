using ClockFunctions.Core.Imaging;

namespace ClockFunctions.Tests.Imaging;

public sealed class RotationTests
{
    [Fact]
    public void AQuarterTurnIsCounterClockwiseAndExact()
    {
        using PixelBuffer image = SomeImage.Reference(9, 9, 4);

        byte[] turned = Rotate(image, 90);

        // Counter-clockwise: the right column becomes the top row, read from above downwards.
        for (int i = 0; i < 9 * 9; i++)
        {
            (int x, int y) = (i % 9, i / 9);
            Assert.Equal(image.Pixels.Slice(((x * 9) + 8 - y) * 3, 3), turned.AsSpan(i * 3, 3));
        }
    }

    [Fact]
    public void NoTurnChangesNothing()
    {
        using PixelBuffer image = SomeImage.Reference(13, 7, 4);

        Assert.Equal(image.Pixels.ToArray(), Rotate(image, 0));
    }

    [Fact]
    public void WhatComesInFromOutsideIsBlack()
    {
        using PixelBuffer image = PixelBuffer.Rent(40, 40);
        image.Pixels.Fill(255);

        byte[] turned = Rotate(image, 45);

        // A square of side 40 turned by 45° reaches 40 / √2 = 28.3 from the centre along the axes and leaves the corners empty:
        // the corner pixel's centre is 39 / 2 · √2 = 27.6 away along the diagonal, where the square ends at 20.
        Assert.Equal(0, turned[0]);
        Assert.Equal(255, turned[((20 * 40) + 20) * 3]);
        Assert.Equal(255, turned[20 * 3]);

        // Along the diagonal from the corner the border is met at 27.6 − 20 = 7.6, which is 5.4 pixels: black at 4, white at 7.
        Assert.Equal(0, turned[((4 * 40) + 4) * 3]);
        Assert.Equal(255, turned[((7 * 40) + 7) * 3]);
    }

    [Fact]
    public void APartIsThatPartOfTheWhole()
    {
        using PixelBuffer image = SomeImage.Reference(31, 23, 5);
        byte[] whole = Rotate(image, 21);
        CropBox box = new(4, 9, 20, 11);
        byte[] part = new byte[box.Width * box.Height * 3];

        Rotation.Write(image, 21, box, part);

        for (int y = 0; y < box.Height; y++)
        {
            ReadOnlySpan<byte> expected = whole.AsSpan((((box.Top + y) * 31) + box.Left) * 3, box.Width * 3);
            ReadOnlySpan<byte> actual = part.AsSpan(y * box.Width * 3, box.Width * 3);
            for (int i = 0; i < actual.Length; i++)
            {
                // Positions are summed along a row, so that the last bits depend on where the row starts.
                Assert.InRange(actual[i] - expected[i], -1, 1);
            }
        }
    }

    private static byte[] Rotate(PixelBuffer image, double degrees)
    {
        byte[] turned = new byte[image.Width * image.Height * 3];
        Rotation.Write(image, degrees, new CropBox(0, 0, image.Width, image.Height), turned);
        return turned;
    }
}
