using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Planable.Company.Companies;
using Planable.Company.RateLimits;
using Planable.Company.Tokens;
using Planable.Platform.Http;
using Scalar.AspNetCore;

namespace Planable.Operate;

/// <summary>The OpenAPI document, generated from the code: routes, types, their limits and their comments.</summary>
static class OpenApi
{
    const string BearerScheme = "bearerAuth", BasePath = "/api/v1";

    /// <param name="map">Maps all routes.</param>
    public static IServiceCollection AddReference(this IServiceCollection services, Action<IEndpointRouteBuilder> map) =>
        services.AddOpenApi(options =>
        {
            options.CreateSchemaReferenceId = SchemaName;
            options.AddDocumentTransformer((document, context, _) =>
                DescribeDocument(document, context.ApplicationServices.GetRequiredService<RateLimitSettings>()));
            options.AddOperationTransformer((operation, context, _) => DescribeOperation(operation, context));
            options.AddSchemaTransformer(DescribeSchemaAsync);
        })
        .AddSingleton(provider => new ReferenceDocument(provider.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1"), BasePath))
        .AddSingleton<EndpointDataSource>(provider => new DescribedEndpoints(provider, map));

    static string? SchemaName(JsonTypeInfo type) => type.Type == typeof(ErrorResponse) ? nameof(ErrorResponse)
        : OpenApiOptions.CreateDefaultSchemaReferenceId(type)?.Replace("Response", "", StringComparison.Ordinal);

    static Task DescribeDocument(OpenApiDocument document, RateLimitSettings limits)
    {
        document.Info = new() { Title = "Planable Public API", Version = "1.0.0", Description = Introduction(limits) };
        document.Components ??= new();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [BearerScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "pln_*" },
        };
        document.Security = [new() { [new OpenApiSecuritySchemeReference(BearerScheme, document)] = [] }];
        // An optional property may be omitted but not null.
        foreach (var schema in document.Components.Schemas?.Values ?? [])
        {
            foreach (var (name, property) in schema.Properties?.ToArray() ?? [])
            {
                schema.Properties![name] = property is OpenApiSchema { OneOf: [_, var known] } ? known : property;
            }
        }
        // Paths in the document are relative to the server URL.
        var paths = new OpenApiPaths();
        foreach (var (path, item) in document.Paths)
        {
            paths[path[BasePath.Length..].TrimEnd('/')] = item;
        }
        document.Paths = paths;
        return Task.CompletedTask;
    }

    static Task DescribeOperation(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<MethodInfo>().FirstOrDefault() is { } handler)
        {
            operation.OperationId = JsonNamingPolicy.CamelCase.ConvertName(handler.Name);
            if (Array.Exists(handler.GetParameters(), parameter => parameter.ParameterType == typeof(IfMatch)))
            {
                (operation.Parameters ??= []).Add(IfMatchHeader);
                operation.Responses!["412"] = new OpenApiResponse
                {
                    Description = "It was changed after the version in If-Match. Read it again and send its current ETag.",
                };
            }
            if (Array.Exists(handler.GetParameters(), parameter => parameter.ParameterType == typeof(IdempotencyKey)))
            {
                (operation.Parameters ??= []).Add(IdempotencyKey);
                operation.Responses!["400"] =
                    new OpenApiResponse { Description = "The request is not valid; details name the fields." };
                operation.Responses["422"] =
                    new OpenApiResponse { Description = "The Idempotency-Key was already used with a different request." };
            }
        }
        if (operation.RequestBody is not null)
        {
            operation.Responses!["413"] = new OpenApiResponse { Description = "The body is larger than 1 MiB." };
        }
        var error = new OpenApiSchemaReference(nameof(ErrorResponse), context.Document);
        foreach (var (status, response) in operation.Responses!.Select(one => (one.Key, (OpenApiResponse)one.Value)))
        {
            (response.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal))["X-Request-Id"] = new OpenApiHeader
            {
                Description = "Identifies this call.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            };
            if (status == "200" && context.Description.ActionDescriptor.EndpointMetadata.OfType<ETagMetadata>().Any())
            {
                response.Headers["ETag"] = new OpenApiHeader
                {
                    Description = "Identifies this version of the resource, for If-Match.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                };
            }
            if (status == "200" && context.Description.ActionDescriptor.EndpointMetadata.OfType<CsvMetadata>().Any())
            {
                response.Content![Csv.MediaType] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
            }
            if (status[0] is '4' or '5')
            {
                response.Content =
                    new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { ["application/json"] = new() { Schema = error } };
            }
        }
        return Task.CompletedTask;
    }

    static async Task DescribeSchemaAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancel)
    {
        if (context.JsonPropertyInfo?.AttributeProvider?.GetCustomAttributes(
            typeof(ItemsOfAttribute), inherit: false) is [ItemsOfAttribute items])
        {
            schema.Items = await context.GetOrCreateSchemaAsync(items.Item, cancellationToken: cancel);
        }
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type.IsEnum)
        {
            schema.Type = JsonSchemaType.String;
            schema.Enum = [.. JsonNames.All(type).Select(name => (JsonNode)JsonValue.Create(name))];
        }
        else if (type == typeof(DateTimeOffset) || type == typeof(int))
        {
            var (kind, format) = type == typeof(int) ? (JsonSchemaType.Integer, "int32") : (JsonSchemaType.String, "date-time");
            var isNullable = type != context.JsonTypeInfo.Type && context.JsonPropertyInfo is { } property && !IsOmittedWhenNull(property);
            (schema.Type, schema.Format) = (isNullable ? kind | JsonSchemaType.Null : kind, format);
        }
        else if (type == typeof(OneOrMany))
        {
            OpenApiSchema one = new() { Type = JsonSchemaType.String, Format = "uri" };
            (schema.Type, schema.Properties, schema.Required) = (null, null, null);
            schema.AnyOf = [one, new OpenApiSchema { Type = JsonSchemaType.Array, Items = one, MinItems = 1, MaxItems = OneOrMany.Most }];
        }
        var attributes =
            context.ParameterDescription?.ParameterDescriptor is IParameterInfoParameterDescriptor { ParameterInfo: var parameter }
            ? parameter : context.JsonPropertyInfo?.AttributeProvider;
        if (attributes?.GetCustomAttributes(typeof(AllowedValuesAttribute), inherit: false) is [AllowedValuesAttribute allowed])
        {
            // A parameter is omitted, never null.
            schema.Enum = [.. from value in allowed.Values
                              where value is not null || context.JsonPropertyInfo is not null
                              select value is string text ? JsonValue.Create(text) : JsonNullSentinel.JsonNull];
        }
        if (attributes?.IsDefined(typeof(Rfc3339Attribute), inherit: false) is true)
        {
            schema.Format = "date-time";
        }
        if (attributes?.GetCustomAttributes(typeof(WebAddressAttribute), inherit: false)
            is [WebAddressAttribute { IsSchemeOptional: false }])
        {
            schema.Format = "uri";
        }
        foreach (var left in context.JsonTypeInfo.Properties.Where(IsOmittedWhenNull))
        {
            if (schema.Properties?.TryGetValue(left.Name, out var found) is true && found is OpenApiSchema { Type: { } kind } optional)
            {
                optional.Type = kind & ~JsonSchemaType.Null;
            }
        }
    }

    /// <summary>
    /// Whether a null property is omitted from the JSON and so is not nullable in the document.
    /// A property opts out with JsonIgnoreCondition.Never or AcceptsNull.
    /// </summary>
    static bool IsOmittedWhenNull(JsonPropertyInfo property) =>
        property.AttributeProvider?.IsDefined(typeof(AcceptsNullAttribute), inherit: false) is not true
        && property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: false)
            is not [JsonIgnoreAttribute { Condition: JsonIgnoreCondition.Never }];

    public static void MapReference(this IEndpointRouteBuilder app)
    {
        app.MapGet(BasePath + "/openapi.json", (ReferenceDocument document, HttpContext http) => document.AnswerAsync(http))
            .ExcludeFromDescription();
        app.MapScalarApiReference(BasePath + "/docs", options =>
        {
            options.OpenApiRoutePattern = BasePath + "/openapi.json";
            options.Title = "Planable Public API";
            // The page loads nothing from other hosts and sends nothing to them.
            options.DefaultFonts = false;
            options.DisableAgent().DisableMcp().DisableTelemetry().HideDeveloperTools();
        });
    }

    static OpenApiParameter IfMatchHeader => new()
    {
        Name = IfMatch.Header,
        In = ParameterLocation.Header,
        Description = "One or more ETags, separated by commas. The change is made only if one of them is the current version.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        Example = JsonValue.Create("\"7\""),
    };

    static OpenApiParameter IdempotencyKey => new()
    {
        Name = Company.Tokens.IdempotencyKey.Header,
        In = ParameterLocation.Header,
        Description = "Makes a retry safe: for 24 hours, the same key with the same token and path gets the first answer.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255 },
        Example = JsonValue.Create("5f0c1d5e-launch-post"),
    };

    static string Introduction(RateLimitSettings limits) => $"""
        Plan social-media content from your key tools. Send a token as `Authorization: Bearer pln_…`.

        Times are UTC. A time that you send needs seconds and a UTC offset. A body is JSON in UTF-8, not compressed, of 1 MiB at most.
        Unknown fields are ignored; null is refused unless a field says what it means. Text lengths are counted in Unicode code
        points. Lists are newest first; lists of posts by date are earliest first. Paged lists return 20 items unless you send `limit`
        (campaigns 10, a page's days 30), and 100 at most (90 days). Workspaces, labels and members are not paged.

        A token can do what the person who created it can do now: VIEW to read, comment, react and sync metrics; WRITE to create, change,
        share and delete; APPROVE to approve and reject; PUBLISH to schedule and retry, and beside those for any call that changes what
        is published or when, such as a change of a scheduled post's text or date, its deletion, or an approval that schedules it.
        Owners and Administrators can do all of it in every workspace, and only they can create, change and delete workspaces. A read
        token can only read.

        A token has {limits.Reads} reads and {limits.Writes} writes a minute. Every response has `X-RateLimit-Limit`,
        `X-RateLimit-Remaining` and `X-RateLimit-Reset` (seconds since 1970); 429 and 503 have `Retry-After` (seconds). A write with an
        `Idempotency-Key` can be retried for 24 hours after any failure: the retry gets the first answer, with
        `Idempotent-Replayed: true`.

        Every response has `X-Request-Id`; an error repeats it in `requestId`. The code `VALIDATION_ERROR` has status 400, 409, 412, 413
        or 422, `INTERNAL` 500 or 503. To tell them apart, use the status, or send `Accept: application/problem+json` to get RFC 9457
        problem details with a `type`. A call that is no valid HTTP, has `%00` in its path, or is too long (8 KB for the first line,
        32 KB for the headers) never reaches the API: the server answers it with a status alone.

        What a company can do depends on its plan. A post counts towards the plan's limit even after it is deleted.

        {Plans.Table}
        """;
}
