namespace ClockFunctions.Distill.Drawings;

/// <summary>Draws watches, clocks and look-alikes: a corpus may hold no clock, and its student would never learn to see one.</summary>
public sealed class DialDrawing(Pen pen)
{
    /// <summary>One of them at random, its face of <paramref name="radius"/> pixels around the origin.</summary>
    public void Draw(float radius)
    {
        WatchParts parts = new(pen);
        double kind = pen.Random.NextDouble();
        if (kind < 0.45)
        {
            parts.Strap(radius);
            parts.Crown(radius);
            new ClockFace(pen).Draw(radius);
        }
        else if (kind < 0.55)
        {
            parts.Ring(radius);
            new ClockFace(pen).Draw(radius);
        }
        else if (kind < 0.75)
        {
            new ClockFace(pen).Draw(radius);
        }
        else if (kind < 0.87)
        {
            if (pen.Random.NextDouble() < 0.6)
            {
                parts.Strap(radius);
            }

            new DigitalFace(pen).Draw(radius);
        }
        else
        {
            new LookAlike(pen).Draw(radius);
        }
    }
}
