using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Planable.Http;

/// <summary>The reference, made from the code: routes, types, their limits and their comments.</summary>
static class OpenApi
{
    const string BearerScheme = "bearerAuth";

    public static IServiceCollection AddReference(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.CreateSchemaReferenceId = type => OpenApiOptions.CreateDefaultSchemaReferenceId(type)?.Replace("Response", "", StringComparison.Ordinal)
            is { Length: > 0 } name ? name == "Error" && type.Type == typeof(ErrorResponse) ? nameof(ErrorResponse) : name : null;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new() { Title = "Planable Public API", Version = "1.0.0", Description = Introduction };
            document.Components ??= new();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                [BearerScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "pln_*" },
            };
            document.Security = [new() { [new OpenApiSecuritySchemeReference(BearerScheme, document)] = [] }];
            // Paths in the contract are below the server's address.
            const string basePath = "/api/v1";
            foreach (var server in document.Servers ?? [])
            {
                server.Url = server.Url?.TrimEnd('/') + basePath;
            }
            var paths = new OpenApiPaths();
            foreach (var (path, item) in document.Paths)
            {
                paths[path[basePath.Length..].TrimEnd('/')] = item;
            }
            document.Paths = paths;
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            if (metadata.OfType<MethodInfo>().FirstOrDefault() is { } handler)
            {
                operation.OperationId = char.ToLowerInvariant(handler.Name[0]) + handler.Name[1..];
                if (handler.GetParameters().Any(parameter => parameter.ParameterType == typeof(WriteId)))
                {
                    (operation.Parameters ??= []).Add(IdempotencyKey);
                    operation.Responses!["422"] = new OpenApiResponse { Description = "The Idempotency-Key was used with another request." };
                }
            }
            var error = new OpenApiSchemaReference(nameof(ErrorResponse), context.Document);
            foreach (var (status, response) in operation.Responses!.Select(one => (one.Key, (OpenApiResponse)one.Value)))
            {
                (response.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal))["X-Request-Id"] = new OpenApiHeader
                {
                    Description = "Names this call.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                };
                if (status[0] is '4' or '5')
                {
                    response.Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                    {
                        ["application/json"] = new() { Schema = error },
                    };
                }
            }
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            var nullable = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type);
            var type = nullable ?? context.JsonTypeInfo.Type;
            if (type == typeof(DateTimeOffset) || type.IsEnum)
            {
                schema.Type = nullable is null ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
                schema.Format = type.IsEnum ? null : "date-time";
            }
            foreach (var property in context.JsonTypeInfo.Properties.Where(IsLeftOutWhenNull))
            {
                if (schema.Properties?.TryGetValue(property.Name, out var optional) is true)
                {
                    schema.Properties[property.Name] = NotNull(optional);
                }
            }
            return Task.CompletedTask;
        });
    });

    /// <summary>Null is written, and said to be taken, only where a property asks for it.</summary>
    static bool IsLeftOutWhenNull(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: false) is not [JsonIgnoreAttribute { Condition: JsonIgnoreCondition.Never }];

    static IOpenApiSchema NotNull(IOpenApiSchema schema)
    {
        if (schema is OpenApiSchema { OneOf: [_, OpenApiSchemaReference reference] })
        {
            return reference;
        }
        if (schema is OpenApiSchema { Type: { } type } inline)
        {
            inline.Type = type & ~JsonSchemaType.Null;
        }
        return schema;
    }

    public static void MapReference(this IEndpointRouteBuilder app)
    {
        app.MapOpenApi("/api/v1/openapi.json");
        app.MapScalarApiReference("/api/v1/docs", options =>
        {
            options.OpenApiRoutePattern = "/api/v1/openapi.json";
            options.DefaultFonts = false;
            options.Title = "Planable Public API";
        });
    }

    /// <summary>Says with which statuses an operation may fail besides those that all may.</summary>
    public static TBuilder Fails<TBuilder>(this TBuilder builder, params int[] statuses) where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in statuses)
        {
            builder.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ErrorResponse), ["application/json"]));
        }
        return builder;
    }

    static OpenApiParameter IdempotencyKey => new()
    {
        Name = WriteId.Header,
        In = ParameterLocation.Header,
        Description = "Makes a repeat harmless: for 24 hours the same key, from the same token to the same path and workspace, gets the first call's answer.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255 },
        Example = JsonValue.Create("5f0c1d5e-launch-post"),
    };

    const string Introduction = """
        Plan social-media content from your own tools. Send a token as `Authorization: Bearer pln_…`.

        Times are UTC; a time you send needs its offset. Lists are newest first and give at most 100 rows. Unknown fields are ignored.
        A text's length counts Unicode code points. Every response carries `X-Request-Id`; an error says the same in `requestId`. Send
        `Accept: application/problem+json` for RFC 9457 problem details. A write with an `Idempotency-Key` may be repeated after any failure.
        """;
}
