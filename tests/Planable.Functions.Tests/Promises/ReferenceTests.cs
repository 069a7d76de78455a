using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Planable.Content.Events;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Functions.Tests.Promises;

/// <summary>The reference is what a developer reads first: it must say what things are.</summary>
public sealed class ReferenceTests(AzuriteFixture fixture)
{
    static readonly Uri Document = new("/api/v1/openapi.json", UriKind.Relative);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Inferring it takes as long as the rest of a start.</summary>
    [Fact]
    public void What_only_the_reference_needs_is_not_made_at_the_start() =>
        Assert.IsNotType<DescribedEndpoints>(fixture.App.Get<EndpointDataSource>());

    [Fact]
    public async Task Every_operation_is_named_and_explained()
    {
        var reference = await OpenApiDocument.ReadAsync(fixture.App);
        var operations = reference.Operations.ToArray();

        Assert.StartsWith("3.1", reference.Root.Text("openapi"), StringComparison.Ordinal);
        Assert.Equal(operations.Length, operations.Select(one => one.Operation.Text("operationId")).Distinct().Count());
        Assert.All(operations, one =>
        {
            Assert.NotEmpty(one.Operation.Text("summary"));
            Assert.NotEmpty(one.Operation.Text("description"));
            Assert.Single(one.Operation["tags"]!.AsArray());
            Assert.All(one.Operation["parameters"]?.AsArray() ?? [], parameter => Assert.NotEmpty(parameter!.Text("description")));
            Assert.All(reference.Responses(one.Operation), response => Assert.NotEmpty(response.Response.Text("description")));
        });
    }

    [Fact]
    public async Task Every_event_is_a_webhook_of_the_document()
    {
        var reference = await OpenApiDocument.ReadAsync(fixture.App);
        var webhooks = reference.Root["webhooks"]!.AsObject();

        Assert.Equal(EventTypes.All, webhooks.Select(webhook => webhook.Key));
        Assert.All(webhooks, webhook =>
        {
            var content = webhook.Value!["post"]!["requestBody"]!["content"]!["application/json"]!;
            Assert.Empty(reference.Errors(content["schema"], content["example"]));
            Assert.Equal(webhook.Key, content["example"]!.Text("type"));
        });
    }

    [Fact]
    public async Task Every_field_is_explained()
    {
        var reference = await OpenApiDocument.ReadAsync(fixture.App);

        Assert.Empty(from field in Fields(reference)
                     where field.Schema["description"] is null && reference.Resolve(field.Schema)["description"] is null
                     select field.Name);
    }

    [Fact]
    public async Task An_example_of_a_field_is_a_value_that_it_can_have()
    {
        var reference = await OpenApiDocument.ReadAsync(fixture.App);
        var examples = Fields(reference).Where(field => field.Schema["examples"] is not null).ToArray();

        Assert.NotEmpty(examples);
        Assert.Empty(examples.SelectMany(field => reference.Errors(field.Schema, field.Schema["examples"]![0], field.Name)));
    }

    [Fact]
    public async Task Every_body_has_an_example_that_fits_its_schema()
    {
        var reference = await OpenApiDocument.ReadAsync(fixture.App);

        Assert.Empty(
            from one in reference.Operations
            from body in reference.Responses(one.Operation)
                .Append((Status: "body", Response: one.Operation["requestBody"] ?? new JsonObject()))
            let content = body.Response["content"]?["application/json"]
            where content is not null
            from error in content["example"] is { } example ? reference.Errors(content["schema"], example) : ["has no example"]
            select $"{one.Method} {one.Path} {body.Status}: {error}");
    }

    [Fact]
    public async Task Examples_are_all_of_one_company()
    {
        var text = (await OpenApiDocument.ReadAsync(fixture.App)).Root.ToJsonString();
        IdKind[] kinds =
        [
            IdKind.Company, IdKind.User, IdKind.Token, IdKind.Workspace, IdKind.Page, IdKind.Label, IdKind.Campaign, IdKind.Post,
            IdKind.Media, IdKind.Comment, IdKind.Group, IdKind.Event, IdKind.Webhook, IdKind.ContentConnection, IdKind.ContentDelivery,
        ];
        var ids = Regex.Matches(text, "\"(?!req_)[a-z]{2,3}_[0-9a-z]{8,}\"", RegexOptions.None, TimeSpan.FromSeconds(1))
            .Select(match => match.Value.Trim('"')).Distinct().ToArray();

        Assert.True(ids.Length > 10);
        Assert.All(ids, name => Assert.Equal("wpdyety5", Assert.Single(
            kinds.SelectMany(kind => kind.TryParse(name, out var id) ? [id.Company] : Array.Empty<string>()))));
    }

    /// <summary>Generators make a field that has a default one that must be sent.</summary>
    [Fact]
    public async Task No_field_has_a_default() => Assert.Empty(
        from field in Fields(await OpenApiDocument.ReadAsync(fixture.App)) where field.Schema["default"] is not null select field.Name);

    [Theory]
    [InlineData("PATCH", "/campaigns/{id}", "startedAt endedAt description")]
    [InlineData("POST", "/posts", "campaignId")]
    [InlineData("PATCH", "/posts/{id}", "scheduledAt campaignId")]
    [InlineData("POST", "/campaigns", "")]
    [InlineData("PATCH", "/workspaces/{id}", "")]
    public async Task Only_a_field_that_takes_null_is_nullable(string method, string path, string names)
    {
        var reference = await OpenApiDocument.ReadAsync(fixture.App);
        var body = reference.Operations.Single(one => (one.Method, one.Path) == (method, path)).Operation["requestBody"]!;
        var schema = reference.Resolve(body["content"]!["application/json"]!["schema"]!);

        Assert.Equal(names.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal),
            schema["properties"]!.AsObject().Where(field => !reference.Errors(field.Value, null).Any())
                .Select(field => field.Key).ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_left_out_where_it_is_not_known_is_not_required()
    {
        var schemas = (await OpenApiDocument.ReadAsync(fixture.App)).Root["components"]!["schemas"]!;

        Assert.Equal(["data"], schemas["CreatedStory"]!["required"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal(["userId"], schemas["ReactionUser"]!["required"]!.AsArray().Select(name => name!.GetValue<string>()));
    }

    [Fact]
    public async Task Schemas_have_names_that_read_well_as_classes() => Assert.DoesNotContain(
        (await OpenApiDocument.ReadAsync(fixture.App)).Root["components"]!["schemas"]!.AsObject().Select(schema => schema.Key),
        name => name.Contains("Of", StringComparison.Ordinal) || name.Contains("OneOr", StringComparison.Ordinal));

    [Fact]
    public async Task The_document_names_its_licence_and_explains_its_groups()
    {
        var root = (await OpenApiDocument.ReadAsync(fixture.App)).Root;

        Assert.Equal("MIT", root["info"]!["license"]!.Text("identifier"));
        Assert.NotEmpty(root["info"]!["contact"]!.Text("name"));
        Assert.All(root["tags"]!.AsArray(), tag => Assert.NotEmpty(tag!.Text("description")));
    }

    [Fact]
    public async Task The_token_is_the_only_credential()
    {
        var reference = await OpenApiDocument.ReadAsync(fixture.App);

        Assert.Equal("bearerAuth", Assert.Single(reference.Root["components"]!["securitySchemes"]!.AsObject()).Key);
        Assert.True(reference.Root["security"]!.AsArray().Single()!.AsObject().ContainsKey("bearerAuth"));
    }

    [Fact]
    public async Task The_document_is_not_sent_again_to_whoever_has_it()
    {
        using var first = await fixture.App.Http.GetAsync(Document, Cancel);
        using var again = await SendAsync("If-None-Match", first.Headers.ETag!.ToString());
        using var other = await SendAsync("If-None-Match", "W/\"another\"");

        Assert.Equal((HttpStatusCode.NotModified, HttpStatusCode.OK), (again.StatusCode, other.StatusCode));
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync(Cancel));
        Assert.True(first.Headers.CacheControl is { Public: true, MaxAge: not null });
    }

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate", "gzip")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("*", "br")]
    [InlineData("identity", null)]
    [InlineData("br;q=0, gzip;q=0", null)]
    public async Task The_document_is_compressed_for_whoever_accepts_it(string accepted, string? encoding)
    {
        var plain = await fixture.App.Http.GetByteArrayAsync(Document, Cancel);

        using var answer = await SendAsync("Accept-Encoding", accepted);

        Assert.Equal(encoding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal("Accept-Encoding", answer.Headers.Vary.Single());
        var sent = await answer.Content.ReadAsStreamAsync(Cancel);
        await using var read = encoding switch
        {
            "br" => new BrotliStream(sent, CompressionMode.Decompress),
            "gzip" => new GZipStream(sent, CompressionMode.Decompress),
            _ => sent,
        };
        using var whole = new MemoryStream();
        await read.CopyToAsync(whole, Cancel);
        Assert.Equal(plain, whole.ToArray());
        Assert.True(encoding is null || answer.Content.Headers.ContentLength < plain.Length / 4);
    }

    [Fact]
    public async Task The_document_names_the_server_that_was_called()
    {
        foreach (var host in Enumerable.Range(0, 40).Select(number => $"host-{number}.example").Append("host-0.example"))
        {
            using var answer = await SendAsync("Host", host);
            var document = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
            Assert.Equal($"http://{host}/api/v1", document["servers"]!.AsArray().Single()!.Text("url"));
        }
    }

    [Fact]
    public async Task The_docs_come_from_the_app_and_from_nowhere_else()
    {
        var page = await fixture.App.Http.GetStringAsync("/api/v1/docs/", TestContext.Current.CancellationToken);
        using var head = new HttpRequestMessage(HttpMethod.Head, "/api/v1/docs/");
        using var answer = await fixture.App.Http.SendAsync(head, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var scripts = Regex.Matches(page, "src=\"(?<src>[^\"]+)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
            .Select(match => match.Groups["src"].Value).ToArray();

        Assert.NotEmpty(scripts);
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        foreach (var script in scripts)
        {
            Assert.NotEmpty(await fixture.App.Http.GetStringAsync("/api/v1/docs/" + script, TestContext.Current.CancellationToken));
        }
    }

    /// <summary>The fields of all schemas, each by its schema's name and its own.</summary>
    static IEnumerable<(string Name, JsonNode Schema)> Fields(OpenApiDocument reference) =>
        from schema in reference.Root["components"]!["schemas"]!.AsObject()
        from field in schema.Value!["properties"]?.AsObject() ?? []
        select ($"{schema.Key}.{field.Key}", field.Value!);

    async Task<HttpResponseMessage> SendAsync(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Document) { Headers = { { header, value } } };
        return await fixture.App.Http.SendAsync(request, Cancel);
    }
}
