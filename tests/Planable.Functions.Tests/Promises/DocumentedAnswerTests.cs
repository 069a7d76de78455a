using System.Net;
using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Functions.Tests.Doors.ContentSystems;
using Planable.Functions.Tests.Metrics;
using Planable.Functions.Tests.Posts;

namespace Planable.Functions.Tests.Promises;

/// <summary>Whatever the reference says that an operation answers, it answers, and in that shape.</summary>
public sealed class DocumentedAnswerTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task Every_documented_answer_can_be_had_and_has_the_documented_shape()
    {
        var reference = await OpenApiDocument.ReadAsync(_app);
        var wrong = new List<string>();
        var answers = 0;
        foreach (var (method, path, operation) in reference.Operations)
        {
            // 500 and 503 are for what no caller can bring about.
            foreach (var (status, documented) in reference.Responses(operation).Where(response => response.Status[0] != '5'))
            {
                using var response = await CallAsync(method, path, operation, int.Parse(status, null));
                var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                var schema = documented["content"]?["application/json"]?["schema"];
                wrong.AddRange((status == $"{(int)response.StatusCode}" ? [] : new[] { $"is {(int)response.StatusCode}: {body}" })
                    .Concat(schema is null ? body.Length == 0 ? [] : ["has a body"] : reference.Errors(schema, JsonNode.Parse(body)))
                    .Concat(from header in documented["headers"]!.AsObject()
                            where reference.Resolve(header.Value!)["required"]?.GetValue<bool>() is true
                                && !response.Headers.Contains(header.Key)
                            select $"lacks {header.Key}")
                    .Select(error => $"{method} {path} {status}: {error}"));
                answers++;
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(answers > 120, $"only {answers} answers are documented");
    }

    /// <summary>The call that should have this status.</summary>
    async Task<HttpResponseMessage> CallAsync(string method, string path, JsonNode operation, int status)
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2, approval: ApprovalTests.Settings("OPTIONAL"));
        var outsider = await company.PersonAsync(TestCompany.Person(Role.MEMBER));
        var client = _app.As(status switch
        {
            401 => "pln_nonsense",
            403 when path is "/ping" or "/posts/bulk" || path.StartsWith("/webhooks", StringComparison.Ordinal)
                || (method == "GET" && !Takes("workspaceId") && !path.Contains('{')) =>
                await LeftAsync(company),
            403 => await company.TokenAsync(creator: outsider),
            _ => company.Token,
        });
        var post = (await company.Client.PostAsync("/posts", company.Post()).CreatedAsync())["posts"]![0]!.Text("id");
        var comment = path.Contains("{commentId}", StringComparison.Ordinal) ? await company.CommentAsync(post) : "";
        var connection = path.StartsWith("/cms-connections/", StringComparison.Ordinal)
            ? await company.ConnectAsync(company.Connection("ghost").With("api", new { url = "https://ghost.invalid" })) : null;
        var id = status == 404 ? "nonsense"
            : connection is not null ? connection.Id
            : path.StartsWith("/pages/", StringComparison.Ordinal) ? company.PageIds[0]
            : IsOfAPublishedPost() && status is not 400 ? await MeasuredAsync(company)
            : path.EndsWith("/retry", StringComparison.Ordinal) ? await company.FailedAsync()
            : path.StartsWith("/posts", StringComparison.Ordinal) ? post
            : path.StartsWith("/campaigns/", StringComparison.Ordinal) ? await company.CampaignAsync()
            : path.StartsWith("/webhooks/", StringComparison.Ordinal) ? (await company.Client.PostAsync(
                "/webhooks", new { url = "https://webhooks.invalid" }).CreatedAsync())["data"]!["webhook"]!.Text("id")
            : path == "/media/{id}" && status == 409 ? await ShownAsync(company)
            : path.StartsWith("/media/", StringComparison.Ordinal) ? (await company.Client.PostAsync(
                "/media/uploads", new { workspaceId = company.WorkspaceId, name = "a.png" }).CreatedAsync())["data"]!.Text("id")
            : company.WorkspaceId;
        if (status == 429)
        {
            await company.ExhaustAsync();
        }
        var query = path.EndsWith("metrics", StringComparison.Ordinal) || path.EndsWith("summary", StringComparison.Ordinal)
            ? status == 400 ? "?startDate=x&endDate=x" : "?startDate=2030-01-01T00:00:00Z&endDate=2030-12-31T00:00:00Z"
            : !Takes("workspaceId") ? status == 400 && Takes("limit") ? "?limit=x" : "" : status switch
            {
                400 => "?limit=x",
                404 => "?workspaceId=nonsense",
                _ => "?workspaceId=" + company.WorkspaceId,
            };
        var body = operation["requestBody"] is null ? null : status switch
        {
            400 => "{",
            404 => """
                {"workspaceId":"nonsense","pageId":"nonsense","media":["https://example.invalid/a.png"],"text":"x",
                "color":"feta","approverIds":["nonsense"],"name":"xx","timezone":"UTC",
                "approvalSettings":{"type":"MULTIPLE","autoLock":false,"autoSchedule":false,
                "approvalLevels":[{"id":"x","label":"x","approversIds":["nonsense"]}]},"mediaUrls":["https://files.invalid/a.png"],
                "postIds":["x"],"emoji":"x","emojiId":"x","emojiSkin":0,"emojiNative":"x","provider":"ghost","pages":[{"pageId":"x"}],
                "url":"https://webhooks.invalid","workspaceIds":["nonsense"],"since":"2030-01-01T00:00:00Z"}
                """,
            413 => new string(' ', 2_000_000),
            _ => Json.Text(path switch
            {
                "/stories" =>
                    new { workspaceId = company.WorkspaceId, pageId = company.PageIds[0], media = Enumerable.Repeat(Bodies.Nowhere[0], 2) },
                "/posts" or "/posts/validate" => company.Post(),
                "/posts/bulk" => new { posts = new[] { company.Post() } },
                "/posts/reorder" => new { workspaceId = company.WorkspaceId, postIds = new[] { post } },
                "/posts/{id}" => new { text = "A text" },
                "/media" => new { workspaceId = company.WorkspaceId, mediaUrls = Bodies.Nowhere },
                "/media/uploads" => new { workspaceId = company.WorkspaceId, name = "a.png" },
                "/posts/{id}/request-approval" => new { approverIds = new[] { company.Owner.Id(company.Key) }, note = "A note" },
                "/labels" => new { workspaceId = company.WorkspaceId, text = "A label", color = "feta" },
                "/campaigns" =>
                    new { workspaceId = company.WorkspaceId, name = "A campaign", links = new[] { new { url = "https://example.com" } } },
                "/webhooks" => new { url = "https://webhooks.invalid" },
                "/webhooks/{id}" => new { description = "A description" },
                "/webhooks/{id}/replay" => new { since = "2030-01-01T00:00:00Z" },
                "/cms-connections" => company.Connection(),
                "/campaigns/{id}" => new { name = "A campaign", description = "What it is about" },
                "/posts/{id}/comments" or "/posts/{id}/comments/{commentId}" => new { text = "A comment" },
                "/posts/{id}/comments/{commentId}/reactions" =>
                    new { emoji = "A thumb", emojiId = "+1", emojiSkin = 2, emojiNative = "👍" },
                _ when path.StartsWith("/posts/{id}/", StringComparison.Ordinal) => new { reason = "A reason" },
                _ => new
                {
                    name = "A workspace",
                    timezone = "Europe/Paris",
                    approvalSettings = new { type = "NONE", autoLock = false, autoSchedule = false },
                },
            }),
        };
        var key = (status, body) switch { (422, _) => "the key", (400, null) when method != "GET" => new string('x', 256), _ => null };
        var sent = path.Contains("{eventId}", StringComparison.Ordinal) && status is not (404 or 429)
            ? (await company.Client.PostAsync($"/webhooks/{id}/test", new { }).ShouldBeAsync(HttpStatusCode.Accepted))["data"]!
                .Text("eventId") : "nonsense";
        var target = path.Replace("{id}", id, StringComparison.Ordinal).Replace("{commentId}", comment, StringComparison.Ordinal)
            .Replace("{eventId}", sent, StringComparison.Ordinal)
            .Replace("{deliveryId}", connection is null ? "" : await connection.DeliveryAsync(), StringComparison.Ordinal) + query;
        if (status == 422)
        {
            using var first = await client.SendAsync(new(method), target, body, key);
            body = body is null ? "{}" : body + " ";
        }
        return await client.SendAsync(new(method), target, body, key, request =>
        {
            if (status == 412)
            {
                request.Headers.Add("If-Match", "\"another\"");
            }
        });

        bool IsOfAPublishedPost() => path is "/posts/{id}/metrics" or "/posts/{id}/sync" or "/posts/{id}/sync-status";

        bool Takes(string parameter) => operation["parameters"]?.AsArray().Any(one => one!.Text("name") == parameter) is true;
    }

    async Task<string> MeasuredAsync(TestCompany company)
    {
        var post = (await company.PublishedAsync(_app)).Id;
        await _app.SyncAsync(post);
        return post;
    }

    /// <summary>Media that a post shows.</summary>
    static async Task<string> ShownAsync(TestCompany company) => (await company.Client.PostAsync(
        "/posts", company.Post().With("media", Bodies.Nowhere)).CreatedAsync())["posts"]![0]!["mediaIds"]![0]!.GetValue<string>();

    async Task<string> LeftAsync(TestCompany company)
    {
        var person = await company.PersonAsync(TestCompany.Person(Role.ADMINISTRATOR));
        var token = await company.TokenAsync(Scope.Read, person);
        await company.RemoveAsync(person);
        return token;
    }
}
