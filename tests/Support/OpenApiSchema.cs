using System.Text.Json;
using ClockFunctions.Core.Serving.Http;

namespace ClockFunctions.Tests.Support;

/// <summary>Checks JSON against a schema of the published contract: the keywords that the contract uses, and no unknown property.</summary>
public static class OpenApiSchema
{
    public static JsonElement Document { get; } = JsonDocument.Parse(OpenApiDocument.Bytes).RootElement;

    public static JsonElement Schemas { get; } = Document.GetProperty("components").GetProperty("schemas");

    public static void AssertValid(string schema, JsonElement value) => Assert.Empty(Errors(Schemas.GetProperty(schema), value, schema));

    private static IEnumerable<string> Errors(JsonElement schema, JsonElement value, string path)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference))
        {
            return Errors(Schemas.GetProperty(reference.GetString()!.Split('/')[^1]), value, path);
        }

        if (schema.TryGetProperty("oneOf", out JsonElement choices))
        {
            int matches = choices.EnumerateArray().Count(choice => !Errors(choice, value, path).Any());
            return matches == 1 ? [] : [$"{path} matches {matches} of the choices: {value}"];
        }

        if (schema.TryGetProperty("const", out JsonElement constant) && constant.GetRawText() != value.GetRawText())
        {
            return [$"{path} is not {constant}: {value}"];
        }

        if (schema.TryGetProperty("enum", out JsonElement allowed)
            && !allowed.EnumerateArray().Any(a => a.GetString() == value.GetString()))
        {
            return [$"{path} is none of {allowed}: {value}"];
        }

        return schema.GetProperty("type").GetString() switch
        {
            "object" => ObjectErrors(schema, value, path),
            "array" => ArrayErrors(schema, value, path),
            "string" => value.ValueKind == JsonValueKind.String ? [] : [$"{path} is no string: {value}"],
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? [] : [$"{path} is no boolean: {value}"],
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _)
                ? Bounds(schema, value, path) : [$"{path} is no integer: {value}"],
            "number" => value.ValueKind == JsonValueKind.Number ? Bounds(schema, value, path) : [$"{path} is no number: {value}"],
            string type => throw new NotSupportedException(type),
            null => throw new NotSupportedException(),
        };
    }

    private static List<string> ObjectErrors(JsonElement schema, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return [$"{path} is no object: {value}"];
        }

        List<string> errors = [];
        bool known = schema.TryGetProperty("properties", out JsonElement properties);
        bool others = schema.TryGetProperty("additionalProperties", out JsonElement additional);
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (known && properties.TryGetProperty(property.Name, out JsonElement described))
            {
                errors.AddRange(Errors(described, property.Value, $"{path}.{property.Name}"));
            }
            else
            {
                errors.AddRange(
                    others ? Errors(additional, property.Value, $"{path}.{property.Name}")
                        : [$"{path}.{property.Name} is not in the contract"]);
            }
        }

        if (schema.TryGetProperty("required", out JsonElement required))
        {
            errors.AddRange(
                required.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _))
                    .Select(name => $"{path}.{name} is missing"));
        }

        return errors;
    }

    private static IEnumerable<string> ArrayErrors(JsonElement schema, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return [$"{path} is no array: {value}"];
        }

        int count = value.GetArrayLength();
        bool fits = (!schema.TryGetProperty("minItems", out JsonElement least) || count >= least.GetInt32())
            && (!schema.TryGetProperty("maxItems", out JsonElement most) || count <= most.GetInt32());
        IEnumerable<string> errors = value.EnumerateArray()
            .SelectMany((item, i) => Errors(schema.GetProperty("items"), item, $"{path}[{i}]"));
        return fits ? errors : errors.Append($"{path} has {count} items");
    }

    private static IEnumerable<string> Bounds(JsonElement schema, JsonElement value, string path)
    {
        bool fits = (!schema.TryGetProperty("minimum", out JsonElement least) || value.GetDouble() >= least.GetDouble())
            && (!schema.TryGetProperty("maximum", out JsonElement most) || value.GetDouble() <= most.GetDouble());
        return fits ? [] : [$"{path} is out of its range: {value}"];
    }
}
