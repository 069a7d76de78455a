using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Planable.Functions.Tests.Promises;

/// <summary>The reference is what a developer reads first: it must say what things are.</summary>
public sealed class ReferenceTests(AzuriteFixture fixture)
{
    static readonly Uri Document = new("/api/v1/openapi.json", UriKind.Relative);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

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
            Assert.Single(one.Operation["tags"]!.AsArray());
            Assert.All(one.Operation["parameters"]?.AsArray() ?? [], parameter => Assert.NotEmpty(parameter!.Text("description")));
            Assert.All(one.Operation["responses"]!.AsObject(), response => Assert.NotEmpty(response.Value!.Text("description")));
        });
    }

    [Fact]
    public async Task Every_field_that_a_caller_sends_is_explained()
    {
        var schemas = (await OpenApiDocument.ReadAsync(fixture.App)).Root["components"]!["schemas"]!.AsObject();

        var silent = from schema in schemas.Where(
            schema => schema.Key.StartsWith("New", StringComparison.Ordinal) || schema.Key is "Post" or "Workspace")
                     from property in schema.Value!["properties"]!.AsObject()
                     where property.Value!["description"] is null && Target(property.Value)?["description"] is null
                     select $"{schema.Key}.{property.Key}";
        Assert.Empty(silent);

        JsonNode? Target(JsonNode property) =>
            property["$ref"] is { } reference ? schemas[reference.GetValue<string>().Split('/')[^1]] : null;
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
        var scripts = Regex.Matches(page, "src=\"(?<src>[^\"]+)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1))
            .Select(match => match.Groups["src"].Value).ToArray();

        Assert.NotEmpty(scripts);
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
        foreach (var script in scripts)
        {
            Assert.NotEmpty(await fixture.App.Http.GetStringAsync("/api/v1/docs/" + script, TestContext.Current.CancellationToken));
        }
    }

    async Task<HttpResponseMessage> SendAsync(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Document) { Headers = { { header, value } } };
        return await fixture.App.Http.SendAsync(request, Cancel);
    }
}
