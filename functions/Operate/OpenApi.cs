using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Planable.Company.Companies;
using Planable.Company.RateLimits;
using Planable.Platform.Http;
using Scalar.AspNetCore;

namespace Planable.Operate;

/// <summary>The OpenAPI document, generated from the code: routes, types, their limits and their comments.</summary>
static class OpenApi
{
    const string BearerScheme = "bearerAuth", BasePath = "/api/v1";

    /// <summary>The groups of operations, in the order of the document.</summary>
    static readonly (string Name, string Description)[] Groups =
    [
        ("System", "The token itself."),
        ("Workspaces", "A brand, with its own pages, people, labels and posts."),
        ("Members", "The people of a workspace, and what each may do there."),
        ("Labels", "Labels that sort the posts of a workspace."),
        ("Usage", "How many calls each token made."),
        ("Pages", "Social channels, their metrics, and how these are fetched."),
        ("Media", "Images, GIFs and videos, imported from a URL or uploaded."),
        ("Campaigns", "Posts that belong together, with dates and links."),
        ("Posts", "Posts from the draft to the network: content, comments, approval, sharing, publishing, metrics."),
        ("Stories", "Stories on Instagram and Facebook. Each frame is a post."),
        ("Webhooks", "Events as they happen, sent to an address or listed."),
        ("Content systems", "Drafts of what a content system publishes."),
    ];

    /// <param name="map">Maps all routes.</param>
    public static IServiceCollection AddReference(this IServiceCollection services, Action<IEndpointRouteBuilder> map) =>
        services.AddOpenApi(options =>
        {
            options.CreateSchemaReferenceId = OpenApiSchemas.Name;
            options.AddSchemaTransformer(OpenApiSchemas.DescribeAsync);
            options.AddOperationTransformer((operation, context, _) => OpenApiOperations.DescribeAsync(operation, context));
            options.AddDocumentTransformer((document, context, _) =>
                DescribeAsync(document, context.ApplicationServices.GetRequiredService<RateLimitSettings>()));
        })
        .AddSingleton(provider => new ReferenceDocument(provider.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1"), BasePath))
        .AddSingleton<IApiDocument>(provider => provider.GetRequiredService<ReferenceDocument>())
        .Describe(map);

    /// <summary>
    /// Has the framework describe the routes as they are mapped for the reference. As the app's own source of endpoints they would be made
    /// at every start. The framework's class is not public, so its name finds it; without it the app does not start.
    /// </summary>
    static IServiceCollection Describe(this IServiceCollection services, Action<IEndpointRouteBuilder> map)
    {
        var framework = services.Single(one => one.ServiceType == typeof(IApiDescriptionProvider)
            && one.ImplementationType?.Name is "EndpointMetadataApiDescriptionProvider");
        services.Remove(framework);
        return services.AddTransient(provider => (IApiDescriptionProvider)ActivatorUtilities.CreateInstance(
            provider, framework.ImplementationType!, new DescribedEndpoints(provider, map)));
    }

    static Task DescribeAsync(OpenApiDocument document, RateLimitSettings limits)
    {
        document.Info = new()
        {
            Title = "Planable Public API",
            Version = "1.0.0",
            Description = Introduction(limits),
            Contact = new() { Name = "The Planable.Functions contributors" },
            License = new() { Name = "MIT", Identifier = "MIT" },
        };
        document.Components ??= new();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [BearerScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "pln_*",
                Description = "A token from the settings, or one that an operator issued.",
            },
        };
        document.Security = [new() { [new OpenApiSecuritySchemeReference(BearerScheme, document)] = [] }];
        document.Tags = Groups.Select(group => new OpenApiTag { Name = group.Name, Description = group.Description }).ToHashSet();
        OpenApiSchemas.Finish(document);
        OpenApiOperations.Finish(document);
        OpenApiEvents.Finish(document);
        // Paths in the document are relative to the server URL.
        var paths = new OpenApiPaths();
        foreach (var (path, item) in document.Paths)
        {
            paths[path[BasePath.Length..].TrimEnd('/')] = item;
        }
        document.Paths = paths;
        return Task.CompletedTask;
    }

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
        }).WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));
    }

    static string Introduction(RateLimitSettings limits) => $"""
        Plan social-media content from your own tools. Send a token as `Authorization: Bearer pln_…`.

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
