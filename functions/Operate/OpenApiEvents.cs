using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Planable.Content.Events;
using Planable.Doors.Webhooks;

namespace Planable.Operate;

/// <summary>The requests that webhooks get: the document's <c>webhooks</c>, one for each type of event.</summary>
static class OpenApiEvents
{
    const string Json = "application/json";

    static readonly (string Name, string Description, string Example)[] Headers =
    [
        ("webhook-id", "The event's id, the same at every attempt.", "evt_wpdyety5tgkwd6ycz1z67c5t2n8m4b00"),
        ("webhook-timestamp", "When this attempt began, in seconds since 1970.", "1892451600"),
        ("webhook-signature", "One or more signatures, divided by blanks: v1, and the HMAC-SHA256 of id.timestamp.body in Base64.",
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ];

    public static void Finish(OpenApiDocument document)
    {
        var schema = new OpenApiSchemaReference(nameof(EventResponse).Replace("Response", "", StringComparison.Ordinal), document);
        document.Webhooks = EventTypes.All.ToDictionary(type => type, IOpenApiPathItem (string type) => new OpenApiPathItem
        {
            Operations = new Dictionary<HttpMethod, OpenApiOperation> { [HttpMethod.Post] = Operation(type, schema, document) },
        }, StringComparer.Ordinal);
    }

    /// <summary>An event of this type about an object of the examples; an object that was deleted is not shown.</summary>
    static JsonNode Example(string type, OpenApiSchemaReference schema, OpenApiDocument document)
    {
        var example = OpenApiExamples.Of(schema)!;
        example["type"] = type;
        var what = type == EventTypes.MetricsSynced ? "page" : type.Split('.')[0];
        var shown = OpenApiExamples.Of(new OpenApiSchemaReference(string.Concat(what[..1].ToUpperInvariant(), what.AsSpan(1)), document))!;
        example["data"] = new JsonObject
        {
            ["workspaceId"] = example["data"]!["workspaceId"]!.DeepClone(),
            [what + "Id"] = shown["id"]!.DeepClone(),
        };
        if (type != EventTypes.PostDeleted)
        {
            example["data"]![what] = shown;
        }
        return example;
    }

    static OpenApiOperation Operation(string type, OpenApiSchemaReference schema, OpenApiDocument document)
    {
        return new()
        {
            OperationId = "on-" + type.Replace('.', '-').Replace('_', '-'),
            Summary = type,
            Description = "Is sent to webhooks that get this type of event. See the operations of the group Webhooks.",
            Security = [],
            Parameters = [.. Headers.Select(header => new OpenApiParameter
            {
                Name = header.Name,
                In = ParameterLocation.Header,
                Required = true,
                Description = header.Description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                Example = JsonValue.Create(header.Example),
            })],
            RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    [Json] = new() { Schema = schema, Example = Example(type, schema, document) },
                },
            },
            Responses = new() { ["2XX"] = new OpenApiResponse { Description = "The event was taken. All else counts as a failure." } },
        };
    }
}
