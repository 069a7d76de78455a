using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Planable.Platform.Http;

namespace Planable.Operate;

/// <summary>The schemas of the document: what generators of clients must know of a type beside what the framework finds.</summary>
static class OpenApiSchemas
{
    /// <summary>Begins the names of metadata that tell which properties accept null.</summary>
    const string AcceptsNull = "accepts-null:";

    /// <summary>The name of a schema, as a class of a generated client is called; null for a schema that stands where it is used.</summary>
    public static string? Name(JsonTypeInfo type) => type.Type switch
    {
        { IsGenericType: true } envelope when envelope.GetGenericTypeDefinition() == typeof(Data<>) => Content(envelope) + "Result",
        var list when IsList(list) => Content(list) + "List",
        var error when error == typeof(ErrorResponse) => nameof(ErrorResponse),
        var either when either == typeof(OneOrMany) => null,
        _ => OpenApiOptions.CreateDefaultSchemaReferenceId(type) is { } name ? WithoutSuffix(name) : null,
    };

    public static async Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancel)
    {
        if (Find<ItemsOfAttribute>(context.JsonPropertyInfo?.AttributeProvider) is { } items)
        {
            schema.Items = await context.GetOrCreateSchemaAsync(items.Item, cancellationToken: cancel);
        }
        DescribeType(schema, context);
        if (IsList(context.JsonTypeInfo.Type) && schema.Properties?.TryGetValue("data", out var rows) is true)
        {
            rows.Description = "The items.";
        }
        var attributes =
            context.ParameterDescription?.ParameterDescriptor is IParameterInfoParameterDescriptor { ParameterInfo: var parameter }
            ? parameter : context.JsonPropertyInfo?.AttributeProvider;
        DescribeRules(schema, attributes, isParameter: context.JsonPropertyInfo is null);
        foreach (var nullable in context.JsonTypeInfo.Properties.Where(property => Has<AcceptsNullAttribute>(property.AttributeProvider)))
        {
            (schema.Metadata ??= new Dictionary<string, object>(StringComparer.Ordinal))[AcceptsNull + nullable.Name] = true;
        }
        foreach (var left in context.JsonTypeInfo.Properties.Where(IsOmittedWhenNull))
        {
            if (schema.Properties?.TryGetValue(left.Name, out var found) is true && found is OpenApiSchema { Type: { } kind } optional)
            {
                optional.Type = kind & ~JsonSchemaType.Null;
            }
            // An envelope always has its content, whose type may be any.
            if (left.IsGetNullable && !context.JsonTypeInfo.Type.IsGenericType && !Has<RequiredAttribute>(left.AttributeProvider))
            {
                schema.Required?.Remove(left.Name);
            }
        }
    }

    /// <summary>Only the schema of a whole document shows where a property refers to another schema.</summary>
    public static void Finish(OpenApiDocument document)
    {
        foreach (var schema in document.Components?.Schemas?.Values ?? [])
        {
            foreach (var (name, property) in schema.Properties?.ToArray() ?? [])
            {
                if (property is not OpenApiSchema { OneOf: [_, var known] } either)
                {
                    continue;
                }
                // An optional property may be omitted but not null, unless it says so.
                if ((schema as OpenApiSchema)?.Metadata?.ContainsKey(AcceptsNull + name) is true)
                {
                    either.Description ??= known.Description;
                }
                else
                {
                    schema.Properties![name] = known;
                }
            }
        }
    }

    static void DescribeType(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
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
    }

    static void DescribeRules(OpenApiSchema schema, ICustomAttributeProvider? attributes, bool isParameter)
    {
        if (Find<AllowedValuesAttribute>(attributes) is { } allowed)
        {
            // A parameter is omitted, never null.
            schema.Enum = [.. from value in allowed.Values
                              where value is not null || !isParameter
                              select value is string text ? JsonValue.Create(text) : JsonNullSentinel.JsonNull];
        }
        if (Has<Rfc3339Attribute>(attributes))
        {
            schema.Format = "date-time";
        }
        if (Find<WebAddressAttribute>(attributes) is { IsSchemeOptional: false })
        {
            schema.Format = "uri";
        }
        if (Find<DataTypeAttribute>(attributes) is { DataType: DataType.Date })
        {
            schema.Format = "date";
        }
        if (schema is { Type: JsonSchemaType.String, Enum: null, Format: null }
            && Find<RequiredAttribute>(attributes) is { AllowEmptyStrings: false })
        {
            schema.MinLength = Math.Max(schema.MinLength ?? 0, 1);
        }
    }

    /// <summary>Whether a null property is omitted from the JSON, or may not be sent, and so is not nullable in the document.</summary>
    static bool IsOmittedWhenNull(JsonPropertyInfo property) =>
        !Has<AcceptsNullAttribute>(property.AttributeProvider)
        && Find<JsonIgnoreAttribute>(property.AttributeProvider) is not { Condition: JsonIgnoreCondition.Never };

    static bool Has<T>(ICustomAttributeProvider? attributes) where T : Attribute => Find<T>(attributes) is not null;

    static T? Find<T>(ICustomAttributeProvider? attributes) where T : Attribute =>
        attributes?.GetCustomAttributes(typeof(T), inherit: false).Cast<T>().FirstOrDefault();

    static bool IsList(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() is var list
        && (list == typeof(Items<>) || list == typeof(PagedItems<>) || list == typeof(CursorItems<>));

    static string Content(Type envelope) => WithoutSuffix(envelope.GetGenericArguments()[0].Name);

    static string WithoutSuffix(string name) => name.Replace("Response", "", StringComparison.Ordinal);
}
