using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Planable.Functions.Tests.Promises;

/// <summary>The reference is what a developer reads first: it must say what things are.</summary>
public sealed class ReferenceTests(AzuriteFixture fixture)
{
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
}
