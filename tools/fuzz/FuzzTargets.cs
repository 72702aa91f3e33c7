using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ClockFunctions.Core.Backbones;
using ClockFunctions.Core.Backbones.Import;
using ClockFunctions.Core.Backbones.Onnx;
using ClockFunctions.Core.Datasets;
using ClockFunctions.Core.Heads;
using ClockFunctions.Core.Imaging;
using ClockFunctions.Core.Serving;
using ClockFunctions.Core.Serving.Http;
using ClockFunctions.Core.Settings;
using ClockFunctions.Core.Storage.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace ClockFunctions.Fuzz;

/// <summary>
/// Whatever reads bytes that somebody else wrote. Each target takes any bytes and returns, or what it calls throws an exception that its
/// callers know; any other exception, and a target that hangs, is a finding.
/// </summary>
public static class FuzzTargets
{
    private const int MostFiles = 8;

    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } = new SortedDictionary<string, Action<byte[]>>
    {
        ["block"] = Block, ["form"] = Form, ["head"] = Head, ["image"] = Image, ["onnx"] = Onnx, ["rule"] = Rule,
    };

    /// <summary>An image to be scored, or to train on.</summary>
    private static void Image(byte[] bytes)
    {
        try
        {
            Parts.Decoder.Decode(bytes, minimumShortSide: 16).Dispose();
        }
        catch (ImageException)
        {
            // Refused.
        }

        Require(Parts.Decoder.Budget.Held == 0, "An image that is gone holds memory.");
    }

    /// <summary>The weights of a head. What can be read is the same when it is written and read again.</summary>
    private static void Head(byte[] bytes)
    {
        try
        {
            (float[] weight, float bias) = HeadFile.Read(bytes);
            (float[] again, float same) = HeadFile.Read(HeadFile.Write(weight, bias));
            Require(weight.AsSpan().SequenceEqual(again) && bias.Equals(same), "A head changed when it was written.");
        }
        catch (InvalidHeadException)
        {
            // Refused.
        }
    }

    /// <summary>A block of the feature cache: as it is, or, after an odd byte, an index whose header is right.</summary>
    private static void Block(byte[] bytes)
    {
        byte[] file = bytes.Length > 0 && bytes[0] % 2 == 1 ? WithHeader(bytes[1..]) : bytes;
        try
        {
            FeatureBlockFile.IndexBytes(file);
            FeatureBlockFile.Read(Parts.Key, file, file.Length);
        }
        catch (DamagedBlockException)
        {
            // Refused.
        }
    }

    /// <summary>A model to be imported, up to where the native runtime would read it.</summary>
    private static void Onnx(byte[] bytes)
    {
        try
        {
            OnnxModel outline = OnnxReader.Read(bytes);
            foreach (OnnxValue output in outline.Outputs)
            {
                ClassifierAnatomy anatomy = ClassifierAnatomy.Of(outline, output.Name);
                OnnxEdit.Expose(bytes, anatomy.Tensors);
            }
        }
        catch (Exception e) when (e is InvalidDataException or BackboneException)
        {
            // Refused.
        }
    }

    /// <summary>A multipart body.</summary>
    private static void Form(byte[] bytes)
    {
        UploadBudget budget = new(Parts.Uploads, Parts.Serving, Parts.Gate, TimeProvider.System);
        using (UploadStream body = budget.Open(PipeReader.Create(new ReadOnlySequence<byte>(bytes)), CancellationToken.None))
        {
            ImageForm form = new(body, MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b"), Parts.Uploads);
            (WholeForm? whole, ProblemDetails? problem) =
                WholeForm.ReadAsync(form, MostFiles, budget, CancellationToken.None).GetAwaiter().GetResult();
            Require((whole is null) != (problem is null) && whole is not { Parts.Count: 0 or > MostFiles }, "A form is read or refused.");
            whole?.Dispose();
        }

        Require(budget.Held == 0, "A form that is gone holds memory.");
    }

    /// <summary>A label rule in the first line, and a path in the rest.</summary>
    private static void Rule(byte[] bytes)
    {
        string[] parts = Encoding.UTF8.GetString(bytes).Split('\n', 2);
        try
        {
            LabelRule rule = LabelRule.Parse(parts[0]);
            if (rule.Of(parts[^1]) is var (label, name))
            {
                Require(label.Length > 0 && name.Length > 0 && !label.Contains('/', StringComparison.Ordinal), "A label has a slash.");
            }
        }
        catch (FormatException)
        {
            // Refused.
        }
    }

    private static byte[] WithHeader(byte[] index)
    {
        byte[] header = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["__metadata__"] = new Dictionary<string, string>
            {
                ["key"] = Parts.Key.Id, ["index_sha256"] = Convert.ToHexStringLower(SHA256.HashData(index)), ["rows_sha256"] = "",
            },
            ["index"] = new { dtype = "U8", shape = new[] { index.Length }, data_offsets = new[] { 0, index.Length } },
            ["rows"] = new { dtype = "F16", shape = new[] { 0, Parts.Key.RowLength }, data_offsets = new[] { index.Length, index.Length } },
        });
        byte[] length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. index];
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }

    /// <summary>Made by the first run and not before: instrumented code has nowhere to count until the fuzzer has told where.</summary>
    private static class Parts
    {
        public static readonly ImageDecoder Decoder = new(new ImageLimits { MaxPixels = 1_000_000, MemoryMB = 64 });
        public static readonly FeatureKey Key = new("fuzz", Pipeline.Resize, FeatureWidth: 4, Views: 1, Seed: 1, Augmentation: "none");
        public static readonly ImageLimits Uploads = new() { MaxBytes = 10_000 };
        public static readonly ServingOptions Serving = new() { Concurrency = 1 };
        public static readonly ScoringGate Gate = new(Serving);
    }
}
