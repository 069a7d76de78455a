using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using Planable.Platform.Http;

namespace Planable.Doors.Mcp;

/// <summary>
/// The tools as assistants see them. Their schemas come from the API reference, which is made from the code, so they say what holds.
/// They are made at the first list of tools.
/// </summary>
sealed class ToolSchemas(IApiDocument reference)
{
    static readonly string[] Rules =
        ["enum", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "pattern"];

    static readonly Dictionary<string, string> Paging = new(StringComparer.Ordinal)
    {
        ["cursor"] = """{"type":"string","description":"The nextCursor of the list before."}""",
        ["limit"] = """{"type":"integer","minimum":1,"maximum":100,"description":"The most items to give; a long result has fewer."}""",
    };

    readonly Lazy<Task<IReadOnlyList<Tool>>> _all = new(async () => new Schemas(JsonNode.Parse(await reference.ReadAsync())!).All());

    public Task<IReadOnlyList<Tool>> AllAsync() => _all.Value;

    sealed class Schemas(JsonNode document)
    {
        public IReadOnlyList<Tool> All() => [.. ToolCatalog.InOrder.Select(ToolOf)];

        Tool ToolOf(McpTool tool)
        {
            var operation = document["paths"]![tool.Twin.Path]![tool.Twin.Method.ToLowerInvariant()]!;
            return new()
            {
                Name = tool.Name,
                Title = tool.Title,
                Description = tool.Description,
                InputSchema = JsonElement.Parse(Input(tool, operation).ToJsonString()),
                OutputSchema = JsonElement.Parse(Output(tool, operation).ToJsonString()),
                Annotations = new()
                {
                    ReadOnlyHint = tool.IsReadOnly,
                    DestructiveHint = tool.IsReadOnly ? null : false,
                    IdempotentHint = tool.IsReadOnly ? null : tool.IsIdempotent,
                    OpenWorldHint = tool.IsOpenWorld,
                },
            };
        }

        JsonObject Input(McpTool tool, JsonNode operation)
        {
            var (properties, required) = (new JsonObject(), new JsonArray());
            var body = operation["requestBody"]?["content"]?["application/json"]?["schema"] is { } sent ? Resolve(sent) : null;
            foreach (var field in tool.Fields)
            {
                var parameter = operation["parameters"]?.AsArray().FirstOrDefault(
                    one => one!["name"]?.GetValue<string>() == field.Source && one["in"]?.GetValue<string>() is "path" or "query");
                var schema = Simplify(
                    parameter is null ? body!["properties"]![field.Source]! : parameter["schema"]!, 0, int.MaxValue, true);
                if (parameter?["description"]?.GetValue<string>() is { } words)
                {
                    schema["description"] = words;
                }
                properties[field.Name] = schema;
                if (field.IsRequired || parameter?["required"]?.GetValue<bool>() is true
                    || (parameter is null && IsRequired(body!, field.Source)))
                {
                    required.Add(field.Name);
                }
            }
            Add(properties, tool.MoreInput);
            foreach (var (name, schema) in tool.Parts is Parts.None ? [] : Paging)
            {
                properties[name] = JsonNode.Parse(schema);
            }
            foreach (var name in tool.MoreRequired)
            {
                required.Add(name);
            }
            return Object(properties, required, isClosed: true);
        }

        JsonObject Output(McpTool tool, JsonNode operation)
        {
            if (tool.IsOutputOwn)
            {
                var own = new JsonObject();
                Add(own, tool.MoreOutput);
                return Object(own, [.. tool.MoreAlways]);
            }
            var success = operation["responses"]!.AsObject().First(one => one.Key[0] == '2').Value!;
            var schema = Resolve(success["content"]!["application/json"]!["schema"]!);
            var data = schema["properties"]?["data"];
            if (tool.Parts is not Parts.None)
            {
                return Object(
                    new()
                    {
                        ["data"] = new JsonObject { ["type"] = "array", ["items"] = Simplify(data!["items"]!, 0, tool.Depth, false) },
                        ["nextCursor"] = new JsonObject { ["type"] = "string" },
                    }, ["data"]);
            }
            var one = Simplify(
                data is not null && data["items"] is null ? data : schema, data?["items"] is null ? 0 : -1, tool.Depth, false);
            Add(one["properties"]!.AsObject(), tool.MoreOutput);
            foreach (var name in tool.MoreAlways)
            {
                (one["required"] ??= new JsonArray()).AsArray().Add(name);
            }
            return one;
        }

        /// <summary>A schema without references, and without what only a reader of the reference needs.</summary>
        /// <param name="describes">Whether it keeps descriptions.</param>
        JsonObject Simplify(JsonNode found, int depth, int deepest, bool describes)
        {
            var schema = Resolve(found);
            var made = new JsonObject();
            if (describes && (found["description"] ?? schema["description"])?.GetValue<string>() is { } words)
            {
                made["description"] = words.ReplaceLineEndings(" ");
            }
            if ((schema["oneOf"] ?? schema["anyOf"]) is JsonArray choices)
            {
                made["anyOf"] = new JsonArray([.. choices.Select(one => Simplify(one!, depth, deepest, false))]);
                return made;
            }
            if (schema["type"] is JsonArray types)
            {
                // Some clients know only a single type.
                var value = schema.DeepClone();
                value["type"] = types.Select(type => type!.GetValue<string>()).First(type => type != "null");
                (value["description"], value["enum"]) = (null, NotNull(value["enum"]));
                made["anyOf"] = new JsonArray(Simplify(value, depth, deepest, false), new JsonObject { ["type"] = "null" });
                return made;
            }
            var type = schema["type"]?.GetValue<string>();
            if (type is not null)
            {
                made["type"] = type;
            }
            foreach (var rule in Rules.Where(rule => (describes || rule == "enum") && schema[rule] is not null))
            {
                made[rule] = schema[rule]!.DeepClone();
            }
            if (type is "array" && schema["items"] is { } items)
            {
                made["items"] = Simplify(items, depth, deepest, describes);
            }
            if (type is "object" && depth <= deepest && schema["properties"] is JsonObject properties)
            {
                made["properties"] = new JsonObject(properties.Select(
                    one => KeyValuePair.Create(one.Key, (JsonNode?)Simplify(one.Value!, depth + 1, deepest, describes))));
                if (schema["required"] is JsonArray required)
                {
                    made["required"] = required.DeepClone();
                }
            }
            return made;
        }

        JsonNode Resolve(JsonNode schema)
        {
            while (schema["$ref"]?.GetValue<string>() is { } reference)
            {
                schema = document["components"]!["schemas"]![reference.Split('/')[^1]]!;
            }
            return schema;
        }

        static JsonArray? NotNull(JsonNode? values) => values is JsonArray list
            ? new JsonArray([.. list.Where(one => one is not null).Select(one => one!.DeepClone())]) : null;

        static bool IsRequired(JsonNode schema, string name) =>
            schema["required"]?.AsArray().Any(one => one!.GetValue<string>() == name) is true;

        static void Add(JsonObject properties, string? more)
        {
            foreach (var (name, schema) in more is null ? [] : JsonNode.Parse(more)!.AsObject().ToArray())
            {
                properties[name] = schema!.DeepClone();
            }
        }

        static JsonObject Object(JsonObject properties, JsonArray required, bool isClosed = false)
        {
            var made = new JsonObject { ["type"] = "object", ["properties"] = properties };
            if (required.Count > 0)
            {
                made["required"] = required;
            }
            if (isClosed)
            {
                made["additionalProperties"] = false;
            }
            return made;
        }
    }
}
