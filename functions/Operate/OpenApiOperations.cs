using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;

namespace Planable.Operate;

/// <summary>The operations of the document: names, headers, and the errors that all of them share.</summary>
static class OpenApiOperations
{
    const string Json = "application/json";

    /// <summary>The error responses by status. Each stands once in the document, and operations refer to it.</summary>
    static readonly Dictionary<string, (string Name, string Description, Problem Example)> Errors = new(StringComparer.Ordinal)
    {
        ["400"] = ("BadRequest", "The request is not valid; `details` names the fields.", Problems.Invalid("color", "Is required.")),
        ["401"] = ("Unauthorized", "The token is missing, unknown, expired or revoked.", ProblemResponses.ForStatus(401)),
        ["403"] = ("Forbidden", "The token, its creator's permissions or the plan do not allow it.", ProblemResponses.ForStatus(403)),
        ["404"] = ("NotFound", "It does not exist, or the token cannot see it.", Problems.NotFound("post")),
        ["409"] = ("MediaInUse", "A post uses the media.", Problems.MediaInUse()),
        ["412"] = ("Changed", "It was changed after the version in If-Match. Read it again and send its current ETag.", Problems.Changed()),
        ["413"] = ("BodyTooLarge", "The body is larger than 1 MiB.", ProblemResponses.ForStatus(413)),
        ["422"] = ("IdempotencyKeyReused", "The Idempotency-Key was already used with a different request.", Problems.KeyReused()),
        ["429"] = ("RateLimited", "The token has no calls left in this minute.",
            new(ProblemKind.RateLimited, "This token has reached its limit of 600 reads a minute.")),
        ["500"] = ("Internal", "Something went wrong on our side.", Problems.Internal()),
        ["503"] = ("Busy", "The service is busy; try again shortly.", Problems.Busy()),
    };

    /// <summary>The headers of every response.</summary>
    static readonly Dictionary<string, OpenApiHeader> Common = new(StringComparer.Ordinal)
    {
        ["X-Request-Id"] = Text("Identifies this call.", OpenApiExamples.RequestId),
        ["X-RateLimit-Limit"] = Number("Calls a minute.", 600),
        ["X-RateLimit-Remaining"] = Number("Calls left in this minute.", 599),
        ["X-RateLimit-Reset"] = Number("When used calls become available again, in seconds since 1970.", 1893481260),
        ["RateLimit"] = Text("The same for standard clients; the reset is in seconds from now.", "\"read\";r=599;t=60"),
        ["RateLimit-Policy"] = Text("The policy that RateLimit is about.", "\"read\";q=600;w=60"),
    };

    /// <summary>The headers of some responses.</summary>
    static readonly Dictionary<string, OpenApiHeader> Others = new(StringComparer.Ordinal)
    {
        ["ETag"] = Text("Identifies this version of the resource, for If-Match.", "\"7\""),
        ["Idempotent-Replayed"] = Text("True if this is the answer to an earlier call with the same key; else absent.", "true", false),
        ["Retry-After"] = Number("Seconds to wait.", 2),
        ["WWW-Authenticate"] = Text("How to authenticate.", "Bearer"),
    };

    public static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var handler = metadata.OfType<MethodInfo>().FirstOrDefault();
        var takes = handler?.GetParameters().Select(parameter => parameter.ParameterType).ToArray() ?? [];
        var responses = operation.Responses!;
        operation.OperationId = handler is null ? null : JsonNamingPolicy.CamelCase.ConvertName(handler.Name);
        if (takes.Contains(typeof(IfMatch)))
        {
            (operation.Parameters ??= []).Add(IfMatchHeader);
            responses["412"] = new OpenApiResponse();
        }
        if (takes.Contains(typeof(IdempotencyKey)))
        {
            (operation.Parameters ??= []).Add(IdempotencyKeyHeader);
            responses["400"] = responses["422"] = new OpenApiResponse();
        }
        if (operation.RequestBody is not null)
        {
            responses["413"] = new OpenApiResponse();
        }
        foreach (var (status, response) in responses.ToArray())
        {
            if (Errors.TryGetValue(status, out var error))
            {
                responses[status] = new OpenApiResponseReference(error.Name, context.Document);
                continue;
            }
            var success = (OpenApiResponse)response;
            success.Headers = Refer(Common.Keys, context.Document);
            if (status == "200" && metadata.OfType<ETagMetadata>().Any())
            {
                success.Headers["ETag"] = new OpenApiHeaderReference("ETag", context.Document);
            }
            if (takes.Contains(typeof(IdempotencyKey)))
            {
                success.Headers["Idempotent-Replayed"] = new OpenApiHeaderReference("Idempotent-Replayed", context.Document);
            }
            if (status == "200" && metadata.OfType<CsvMetadata>().Any())
            {
                success.Content![Csv.MediaType] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
            }
        }
        return Task.CompletedTask;
    }

    /// <summary>Adds what operations refer to, and an example for each body.</summary>
    public static void Finish(OpenApiDocument document)
    {
        foreach (var (name, header) in Common.Concat(Others))
        {
            document.AddComponent<IOpenApiHeader>(name, header);
        }
        foreach (var (status, (name, description, example)) in Errors)
        {
            document.AddComponent<IOpenApiResponse>(name, new OpenApiResponse
            {
                Description = description,
                Headers = Refer(status switch
                {
                    "401" => Common.Keys.Append("WWW-Authenticate"),
                    "429" or "503" => Common.Keys.Append("Retry-After"),
                    _ => Common.Keys,
                }, document),
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    [Json] = new()
                    {
                        Schema = new OpenApiSchemaReference(nameof(ErrorResponse), document),
                        Example = OpenApiExamples.Of(example),
                    },
                },
            });
        }
        foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations!.Values))
        {
            if (operation.RequestBody?.Content?.TryGetValue(Json, out var body) is true)
            {
                // An optional body may be omitted but not null.
                body.Schema = body.Schema is OpenApiSchema { OneOf: [_, var known] } ? known : body.Schema;
                body.Example = OpenApiExamples.Of(body.Schema!);
            }
            foreach (var response in operation.Responses!.Values.OfType<OpenApiResponse>())
            {
                if (response.Content?.TryGetValue(Json, out var answer) is true)
                {
                    answer.Example = OpenApiExamples.Of(answer.Schema!, operation.OperationId);
                }
            }
        }
    }

    static Dictionary<string, IOpenApiHeader> Refer(IEnumerable<string> names, OpenApiDocument? document) => names.ToDictionary(
        name => name, IOpenApiHeader (string name) => new OpenApiHeaderReference(name, document), StringComparer.Ordinal);

    static OpenApiHeader Text(string description, string example, bool always = true) => new()
    {
        Description = description,
        Required = always,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        Example = JsonValue.Create(example),
    };

    static OpenApiHeader Number(string description, long example) => new()
    {
        Description = description,
        Required = true,
        Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0" },
        Example = JsonValue.Create(example),
    };

    static OpenApiParameter IfMatchHeader => new()
    {
        Name = IfMatch.Header,
        In = ParameterLocation.Header,
        Description = "One or more ETags, separated by commas. The change is made only if one of them is the current version.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1 },
        Example = JsonValue.Create("\"7\""),
    };

    static OpenApiParameter IdempotencyKeyHeader => new()
    {
        Name = IdempotencyKey.Header,
        In = ParameterLocation.Header,
        Description = "Makes a retry safe: for 24 hours, the same key with the same token and path gets the first answer.",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 255 },
        Example = JsonValue.Create("5f0c1d5e-launch-post"),
    };
}
