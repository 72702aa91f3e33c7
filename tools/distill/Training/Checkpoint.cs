using System.Text.Json;
using ClockFunctions.Core;
using ClockFunctions.Distill.Student;
using TorchSharp.Modules;

namespace ClockFunctions.Distill.Training;

/// <summary>Everything a run needs to go on, in one file that is replaced in one move: a killed run leaves the previous one.</summary>
public sealed class Checkpoint(string folder, StudentNetwork student, StudentNetwork average, AdamW optimizer)
{
    private string FilePath => PathIn(folder);

    public static string PathIn(string folder) => Path.Combine(folder, "checkpoint.bin");

    public void Save(TrainOptions options, int step)
    {
        Directory.CreateDirectory(folder);
        string fresh = FilePath + ".new";
        using (BinaryWriter writer = new(File.Create(fresh)))
        {
            writer.Write(JsonSerializer.Serialize(options, Json.Compact));
            writer.Write(step);
            average.save(writer);
            student.save(writer);
            optimizer.save_state_dict(writer);
        }

        File.Move(fresh, FilePath, overwrite: true);
    }

    /// <summary>
    /// Restores the run, if there is one. The number of views may have changed: the schedule then
    /// stretches over the new length.
    /// </summary>
    /// <returns>The number of steps taken.</returns>
    /// <exception cref="InvalidDataException">The folder holds a run with other options.</exception>
    public int Load(TrainOptions options)
    {
        if (!File.Exists(FilePath))
        {
            return 0;
        }

        using BinaryReader reader = new(File.OpenRead(FilePath));
        TrainOptions found = ReadOptions(reader);
        if (found with { Views = options.Views } != options)
        {
            throw new InvalidDataException(
                $"{FilePath} belongs to a run with other options: {JsonSerializer.Serialize(found, Json.Compact)}");
        }

        int step = reader.ReadInt32();
        average.load(reader);
        student.load(reader);
        optimizer.load_state_dict(reader);
        return step;
    }

    /// <summary>Reads the averaged student alone, for export.</summary>
    public static (TrainOptions Options, int Step, FoldedNetwork Network) Read(string folder, int classes, int teacherFeatures)
    {
        using BinaryReader reader = new(File.OpenRead(PathIn(folder)));
        TrainOptions options = ReadOptions(reader);
        int step = reader.ReadInt32();
        using StudentNetwork network = new(StudentPlan.Parse(options.Plan), classes, teacherFeatures, options.Seed);
        network.load(reader);
        return (options, step, network.Fold());
    }

    private static TrainOptions ReadOptions(BinaryReader reader) =>
        JsonSerializer.Deserialize<TrainOptions>(reader.ReadString(), Json.Compact)
        ?? throw new InvalidDataException("The checkpoint holds no options.");
}
