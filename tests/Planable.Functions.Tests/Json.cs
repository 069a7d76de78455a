using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Planable.Functions.Tests;

/// <summary>Answers as a client sees them: JSON, not our types.</summary>
static class Json
{
    static readonly JsonSerializerOptions Plain = new();

    public static string Text(object body) => JsonSerializer.Serialize(body, Plain);

    /// <summary>The body of an answer with this status; anything else fails, and shows what came.</summary>
    public static async Task<JsonNode> ShouldBeAsync(this Task<HttpResponseMessage> call, HttpStatusCode status)
    {
        using var response = await call;
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == status,
            $"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri}: {(int)response.StatusCode} {body}");
        return body.Length == 0 ? new JsonObject() : JsonNode.Parse(body)!;
    }

    public static Task<JsonNode> OkAsync(this Task<HttpResponseMessage> call) => call.ShouldBeAsync(HttpStatusCode.OK);

    public static Task<JsonNode> CreatedAsync(this Task<HttpResponseMessage> call) => call.ShouldBeAsync(HttpStatusCode.Created);

    public static Task GoneAsync(this Task<HttpResponseMessage> call) => call.ShouldBeAsync(HttpStatusCode.NoContent);

    /// <summary>A problem in the envelope, about these fields.</summary>
    public static async Task<JsonNode> FailAsync(
        this Task<HttpResponseMessage> call, HttpStatusCode status, string code, params string[] fields)
    {
        var error = (await call.ShouldBeAsync(status))["error"]!;
        Assert.Equal(code, error.Text("code"));
        Assert.NotEmpty(error.Text("message"));
        Assert.StartsWith("req_", error.Text("requestId"), StringComparison.Ordinal);
        var named = error["details"]?.AsArray().Select(detail => detail!.Text("field")).ToArray() ?? [];
        Assert.True(fields.All(named.Contains), $"{error.ToJsonString()} does not name {string.Join(", ", fields)}.");
        return error;
    }

    public static Task<JsonNode> InvalidAsync(this Task<HttpResponseMessage> call, params string[] fields) =>
        call.FailAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR", fields);

    public static Task<JsonNode> NotFoundAsync(this Task<HttpResponseMessage> call) => call.FailAsync(HttpStatusCode.NotFound, "NOT_FOUND");

    public static Task<JsonNode> ForbiddenAsync(this Task<HttpResponseMessage> call) =>
        call.FailAsync(HttpStatusCode.Forbidden, "FORBIDDEN");

    public static Task<JsonNode> UnauthorizedAsync(this Task<HttpResponseMessage> call) =>
        call.FailAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");

    public static string Text(this JsonNode node, string property) => node[property]!.GetValue<string>();

    public static int Number(this JsonNode node, string property) => node[property]!.GetValue<int>();

    public static string[] Ids(this JsonNode list, string property = "data") =>
        [.. list[property]!.AsArray().Select(item => item!.Text("id"))];

    /// <summary>The names of an object's properties, sorted.</summary>
    public static string[] Names(this JsonNode node) => [.. node.AsObject().Select(property => property.Key).Order(StringComparer.Ordinal)];

    /// <summary>The envelope, whole, whatever it says.</summary>
    public static async Task EnvelopeAsync(this HttpResponseMessage response, HttpStatusCode status, string? code = null)
    {
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"]!;
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(response.Headers.GetValues("X-Request-Id").Single(), error.Text("requestId"));
        Assert.NotEmpty(error.Text("message"));
        Assert.Equal(code ?? error.Text("code"), error.Text("code"));
    }
}
