using SkiaSharp;

namespace ClockFunctions.Distill.Drawings;

/// <summary>Plates, wheels, buttons, coins and gauges: what must not be taken for a clock.</summary>
public sealed class LookAlike(Pen pen)
{
    public void Draw(float radius)
    {
        pen.Rim(radius, square: pen.Random.NextDouble() < 0.12);
        pen.Disc(radius * pen.Range(0.5f, 0.9f), pen.Any());
        SKColor ink = pen.Any();
        switch (pen.Random.Next(4))
        {
            case 0:
                int spokes = pen.Random.Next(5, 24);
                for (int i = 0; i < spokes; i++)
                {
                    pen.Ray(i * 360f / spokes, 0, radius * 0.9f, radius * 0.04f, ink);
                }

                break;
            case 1:
                foreach (float angle in new float[] { 45, 135, 225, 315 })
                {
                    pen.Ray(angle, radius * 0.2f, radius * 0.32f, radius * 0.14f, ink);
                }

                break;
            case 2:
                for (int i = -6; i <= 6; i++)
                {
                    pen.Ray(i * 20, radius * 0.65f, radius * 0.8f, radius * 0.03f, ink);
                }

                pen.Ray(pen.Random.Next(-120, 120), -radius * 0.1f, radius * 0.7f, radius * 0.05f, SKColors.Firebrick);
                break;
            default:
                pen.Disc(radius * pen.Range(0.2f, 0.5f), ink);
                break;
        }
    }
}
