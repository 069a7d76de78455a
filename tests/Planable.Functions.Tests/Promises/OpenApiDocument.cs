using System.Text.Json.Nodes;

namespace Planable.Functions.Tests.Promises;

/// <summary>Our reference as a client reads it.</summary>
sealed class OpenApiDocument(JsonNode root)
{
    static readonly string[] Limits = ["minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum"];

    public static async Task<OpenApiDocument> ReadAsync(App app) =>
        new(JsonNode.Parse(await app.Http.GetStringAsync("/api/v1/openapi.json", TestContext.Current.CancellationToken))!);

    public JsonNode Root => root;

    /// <summary>The responses of an operation by their status.</summary>
    public IEnumerable<(string Status, JsonNode Response)> Responses(JsonNode operation) =>
        operation["responses"]!.AsObject().Select(response => (response.Key, Resolve(response.Value!)));

    public IEnumerable<(string Method, string Path, JsonNode Operation)> Operations =>
        from path in root["paths"]!.AsObject()
        from method in path.Value!.AsObject()
        select (method.Key.ToUpperInvariant(), path.Key, method.Value!);

    /// <summary>
    /// Everything an operation takes and gives, a line each: <c>POST /posts body text optional string
    /// maxLength=25000</c>.
    /// </summary>
    public IEnumerable<string> Facts() => Operations.SelectMany(one => Facts($"{one.Method} {one.Path}", one.Operation));

    /// <summary>What is wrong with a value by a schema; a property that the schema does not know is wrong too.</summary>
    public IEnumerable<string> Errors(JsonNode? schema, JsonNode? value, string at = "$")
    {
        schema = Resolve(schema!);
        var types = Types(schema);
        var kind = value?.GetValueKind().ToString() switch
        {
            null => "null",
            "True" or "False" => "boolean",
            "Number" => "number",
            var other => other.ToLowerInvariant(),
        };
        if (!types.Contains(kind) && !(kind == "number" && types.Contains("integer")))
        {
            return [$"{at} is {kind}, not {string.Join(" or ", types)}"];
        }
        if (schema["enum"] is JsonArray allowed && value is not null && !allowed.Any(one => JsonNode.DeepEquals(one, value)))
        {
            return [$"{at} is {value.ToJsonString()}, which is not among {allowed.ToJsonString()}"];
        }
        return value switch
        {
            JsonArray items => items.SelectMany((item, index) =>
                Errors(Alternatives(schema).Select(one => one["items"]).First(one => one is not null), item, $"{at}[{index}]")),
            JsonObject fields => Required(schema).Except(fields.Select(field => field.Key)).Select(name => $"{at}.{name} is missing")
                .Concat(fields.SelectMany(field => schema["properties"]?[field.Key] is { } known
                    ? Errors(known, field.Value, $"{at}.{field.Key}") : [$"{at}.{field.Key} is not documented"])),
            _ => [],
        };
    }

    List<string> Facts(string operation, JsonNode definition)
    {
        List<string> facts = [];
        foreach (var parameter in definition["parameters"]?.AsArray().OfType<JsonNode>() ?? [])
        {
            Add($"{operation} {parameter.Text("in")} {parameter.Text("name")}", parameter["schema"]!,
                parameter["required"]?.GetValue<bool>() is true);
        }
        if (definition["requestBody"]?["content"]?["application/json"]?["schema"] is { } body)
        {
            Add($"{operation} body ", body, true);
        }
        foreach (var (status, response) in definition["responses"]!.AsObject().Where(response => response.Key[0] == '2'))
        {
            if (response!["content"]?["application/json"]?["schema"] is { } schema)
            {
                Add($"{operation} {status} ", schema, true);
            }
            else
            {
                facts.Add($"{operation} {status}");
            }
        }
        return facts;

        void Add(string path, JsonNode unresolved, bool required)
        {
            var schema = Resolve(unresolved);
            var fact = $"{path.TrimEnd()} {(required ? "required" : "optional")} {string.Join('|', Types(schema))}";
            fact += string.Concat(
                from limit in Limits
                from one in Alternatives(schema)
                where one[limit] is not null
                select $" {limit}={one[limit]!.ToJsonString()}");
            if (schema["enum"] is JsonArray values)
            {
                fact += " enum=" + string.Join(
                    ',', values.Where(value => value is not null).Select(value => value!.GetValue<string>()).Order(StringComparer.Ordinal));
            }
            facts.Add(fact);
            foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
            {
                Add(path + (path.EndsWith(' ') ? "" : ".") + name, property!, Required(schema).Contains(name));
            }
            foreach (var items in Alternatives(schema).Select(one => one["items"]).OfType<JsonNode>())
            {
                Add(path.TrimEnd() + "[]", items, true);
            }
        }
    }

    /// <summary>
    /// What a reference in the document leads to, and an object that may be null, which is documented as one of null and the object.
    /// Anything else is returned as it is.
    /// </summary>
    public JsonNode Resolve(JsonNode node) => node["$ref"] is { } reference
        ? reference.GetValue<string>().Split('/')[1..].Aggregate(root, (at, name) => at[name]!)
        : node["oneOf"]?.AsArray() is [{ } none, { } known] && none["type"]?.GetValue<string>() == "null"
        ? OrNull(Resolve(known)) : node;

    static JsonNode OrNull(JsonNode schema)
    {
        var either = schema.DeepClone();
        either["type"] = new JsonArray("null", "object");
        return either;
    }

    public static string[] Types(JsonNode schema) => [.. Alternatives(schema).SelectMany(one => one["type"] switch
    {
        JsonArray several => several.Select(type => type!.GetValue<string>()),
        { } only => [only.GetValue<string>()],
        null => ["any"],
    }).Order(StringComparer.Ordinal)];

    /// <summary>What a value may be, each by itself.</summary>
    static IEnumerable<JsonNode> Alternatives(JsonNode schema) =>
        schema["anyOf"] is JsonArray several ? several.OfType<JsonNode>() : [schema];

    public static IEnumerable<string> Required(JsonNode schema) =>
        schema["required"]?.AsArray().Select(name => name!.GetValue<string>()) ?? [];
}
