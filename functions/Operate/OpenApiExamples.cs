using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Planable.Platform;
using Planable.Platform.Http;

namespace Planable.Operate;

/// <summary>
/// Examples of bodies. <c>examples.json</c> has one for each schema, all of one company; an example of a body is put together from them.
/// </summary>
static class OpenApiExamples
{
    public const string RequestId = "req_3k9x2m7q4w8r5t1v6y0z2b4c8d";

    static readonly Lazy<JsonObject> All = new(() =>
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream("examples.json")!;
        return JsonNode.Parse(file)!.AsObject();
    });

    /// <param name="operation">The operation whose response it is. The file says what its response has different.</param>
    public static JsonNode? Of(IOpenApiSchema schema, string? operation = null)
    {
        var example = Compose(schema);
        if (operation is not null && All.Value["responses"]![operation] is JsonObject different)
        {
            Merge(example!.AsObject(), different);
        }
        return example;
    }

    public static JsonNode Of(Problem problem) =>
        JsonSerializer.SerializeToNode(new ErrorResponse { Error = problem.ToError(RequestId) }, ApiJson.Default.ErrorResponse)!;

    static JsonNode? Compose(IOpenApiSchema schema)
    {
        if (schema is OpenApiSchemaReference { Reference.Id: { } name } && All.Value["schemas"]![name] is { } known)
        {
            return known.DeepClone();
        }
        if (schema.Items is { } items)
        {
            return new JsonArray(Compose(items));
        }
        return schema.Properties is null ? null
            : new JsonObject(schema.Properties.Select(property => KeyValuePair.Create(property.Key, Compose(property.Value))));
    }

    /// <summary>A merge patch (RFC 7396).</summary>
    static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is JsonObject inner && target[name] is JsonObject outer)
            {
                Merge(outer, inner);
            }
            else if (value is null)
            {
                target.Remove(name);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }
    }
}
