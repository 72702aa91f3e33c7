using ClockFunctions.Fuzz;
using SharpFuzz;

// fuzz seeds DIR         writes the seeds, a folder a target
// fuzz TARGET            runs under afl-fuzz: see run.sh
// fuzz TARGET FILE…      runs each file once, and ends with the first exception that is none of the expected ones
if (args is ["seeds", var folder])
{
    Seeds.Write(folder);
    return 0;
}

if (args is not [var name, .. var files] || !FuzzTargets.All.TryGetValue(name, out Action<byte[]>? target))
{
    await Console.Error.WriteLineAsync($"fuzz seeds DIR, or fuzz TARGET [FILE…]; targets: {string.Join(", ", FuzzTargets.All.Keys)}");
    return 2;
}

foreach (string file in files)
{
    target(await File.ReadAllBytesAsync(file));
}

if (files.Length == 0)
{
    Fuzzer.OutOfProcess.Run(stream =>
    {
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        target(bytes.ToArray());
    });
}

return 0;
