using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ClockFunctions.Tests.Functions;

/// <summary>A trigger attribute in the sources of functions/, its arguments evaluated as the compiler would.</summary>
/// <param name="Function">Name of the function.</param>
/// <param name="Arguments">The positional arguments; a member of one of the worker's enumerations by its name.</param>
/// <param name="Named">The named arguments.</param>
/// <param name="ParameterType">Type of the parameter that is bound.</param>
internal sealed record Trigger(
    string Function, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Named, string ParameterType)
{
    public static IReadOnlyList<Trigger> OfKind(string attribute, string? symbol = FunctionSources.EventGrid)
    {
        CSharpCompilation compilation = FunctionSources.Compile(symbol);
        return
        [
            .. from tree in compilation.SyntaxTrees
               let model = compilation.GetSemanticModel(tree)
               from method in tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
               from parameter in method.ParameterList.Parameters
               from found in Attributes(parameter.AttributeLists, attribute)
               let function = Attributes(method.AttributeLists, "Function").Single()
               select new Trigger(
                   Value(function.ArgumentList!.Arguments[0].Expression, model),
                   [.. ArgumentsOf(found).Where(argument => argument.NameEquals is null)
                       .Select(argument => Value(argument.Expression, model))],
                   ArgumentsOf(found).Where(argument => argument.NameEquals is not null)
                       .ToDictionary(argument => argument.NameEquals!.Name.ToString(), argument => Value(argument.Expression, model)),
                   parameter.Type!.ToString()),
        ];
    }

    private static IEnumerable<AttributeSyntax> Attributes(SyntaxList<AttributeListSyntax> lists, string name) =>
        lists.SelectMany(list => list.Attributes).Where(attribute => attribute.Name.ToString() == name);

    private static SeparatedSyntaxList<AttributeArgumentSyntax> ArgumentsOf(AttributeSyntax attribute) =>
        attribute.ArgumentList?.Arguments ?? [];

    private static string Value(ExpressionSyntax expression, SemanticModel model) => model.GetConstantValue(expression) switch
    {
        { HasValue: true, Value: string text } => text,
        _ when model.GetSymbolInfo(expression).Symbol is IFieldSymbol { DeclaringSyntaxReferences: [var declaration, ..] }
            && declaration.GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: { } value } =>
                Value(value, model.Compilation.GetSemanticModel(value.SyntaxTree)),
        _ when expression is MemberAccessExpressionSyntax member => member.Name.ToString(),
        _ => throw new InvalidOperationException($"{expression} is no constant."),
    };
}
