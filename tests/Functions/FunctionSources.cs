using System.Reflection;
using ClockFunctions.Core.Settings;
using ClockFunctions.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ClockFunctions.Tests.Functions;

/// <summary>
/// The sources of functions/, compiled in memory against the real core and everything else but the packages of the
/// Functions worker, which not every feed has. What the compiler misses is then the worker's names, and nothing else.
/// </summary>
internal static class FunctionSources
{
    /// <summary>The configuration for Azure.</summary>
    public const string EventGrid = "EVENT_GRID";

    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    // Of these namespaces alone may a name be missing.
    private static readonly string[] WorkerNamespaces =
    [
        "Azure.Monitor.OpenTelemetry.Exporter", "Microsoft.Azure.Functions.Worker", "Microsoft.Azure.Functions.Worker.Builder",
        "Microsoft.Azure.Functions.Worker.OpenTelemetry",
    ];

    // What functions/ takes from them.
    private static readonly HashSet<string> WorkerNames =
    [
        "AuthorizationLevel", "AzureMonitorExporterOptions", "BlobTrigger", "BlobTriggerAttribute", "BlobTriggerSource", "Function",
        "FunctionAttribute", "FunctionsApplication", "FunctionsApplicationBuilder", "HttpTrigger", "HttpTriggerAttribute",
        "TimerInfo", "TimerTrigger", "TimerTriggerAttribute", "UseAzureMonitorExporter", "UseFunctionsWorkerDefaults",
        "WarmupTrigger", "WarmupTriggerAttribute",
    ];

    private static readonly Lazy<IReadOnlyList<(string Path, string Text)>> Sources = new(() =>
        [.. Directory.EnumerateFiles(Path.Combine(SharedData.Root, "functions"), "*.cs")
            .Order(StringComparer.Ordinal).Select(file => (file, File.ReadAllText(file)))]);

    private static readonly Lazy<IReadOnlyList<MetadataReference>> References = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("Microsoft.Azure.Functions.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path))]);

    /// <param name="symbol">A preprocessor symbol, or null for the configuration of a developer's machine.</param>
    /// <param name="edit">A change to make to each source first.</param>
    public static CSharpCompilation Compile(string? symbol = EventGrid, Func<string, string>? edit = null)
    {
        CSharpParseOptions options = new(LanguageVersion.Latest, preprocessorSymbols: symbol is null ? [] : [symbol]);
        return CSharpCompilation.Create(
            "ClockFunctions",
            [
                CSharpSyntaxTree.ParseText(ImplicitUsings, options),
                .. Sources.Value.Select(
                    source => CSharpSyntaxTree.ParseText(edit is null ? source.Text : edit(source.Text), options, source.Path)),
            ],
            References.Value,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
    }

    /// <summary>The compiler's errors, less those that say that the worker is missing.</summary>
    public static IEnumerable<string> Errors(CSharpCompilation compilation) => compilation.GetDiagnostics()
        .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && !IsOfTheWorker(diagnostic))
        .Select(diagnostic => diagnostic.ToString());

    /// <summary>Whether the test's own process has the real core loaded from where it is referenced.</summary>
    public static bool ReferencesCore => References.Value.Any(reference =>
        Path.GetFileName(reference.Display) == Path.GetFileName(typeof(ClassifierOptions).GetTypeInfo().Assembly.Location));

    private static bool IsOfTheWorker(Diagnostic diagnostic)
    {
        SyntaxNode missing = diagnostic.Location.SourceTree!.GetRoot().FindNode(diagnostic.Location.SourceSpan);
        return diagnostic.Id switch
        {
            // A namespace, in a using directive.
            "CS0234" => missing.AncestorsAndSelf().OfType<UsingDirectiveSyntax>().Any(
                directive => WorkerNamespaces.Contains(directive.Name!.ToString(), StringComparer.Ordinal)),

            // A type, a name in an expression, an extension method.
            "CS0246" or "CS0103" or "CS1061" => WorkerNames.Contains(missing.ToString()),
            _ => false,
        };
    }
}
