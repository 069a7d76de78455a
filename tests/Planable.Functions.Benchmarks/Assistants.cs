using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Planable.Functions.Benchmarks;

/// <summary>A tool of the MCP door, beside the operation that it stands for.</summary>
static class Assistants
{
    const int WarmUp = 500, Calls = 1_500;

    public static async Task MeasureAsync(Ground ground)
    {
        await using var app = ground.StartStandalone();
        app.Authorize(ground.Company.Tokens.Write);
        await app.FirstAnswerAsync("/api/v1/ping");
        var workspaceId = ground.Company.Workspaces[0].Id;
        var list = "/api/v1/posts?workspaceId=" + workspaceId;
        var postId = (await app.Http.GetFromJsonAsync<JsonElement>(list)).GetProperty("data")[0].GetProperty("id").GetString();

        await CompareAsync("list_posts", new { workspaceId }, http => http.GetAsync(list));
        await CompareAsync("get_post", new { postId }, http => http.GetAsync("/api/v1/posts/" + postId));
        await CompareAsync("get_post_counts", new { }, http => http.GetAsync("/api/v1/posts/count"));
        await CompareAsync("create_label", new { workspaceId, text = "One more", color = "fog" },
            http => http.PostAsJsonAsync("/api/v1/labels", new { workspaceId, text = "One more", color = "fog" }), warmUp: 20, calls: 200);

        async Task CompareAsync(
            string tool, object arguments, Func<HttpClient, Task<HttpResponseMessage>> operation, int warmUp = WarmUp, int calls = Calls)
        {
            var figures = new Figures();
            for (var round = -warmUp; round < calls; round++)
            {
                var (one, other) = (await TimeAsync(() => CallAsync(tool, arguments)), await TimeAsync(() => operation(app.Http)));
                if (round >= 0)
                {
                    figures.Add(one, other);
                }
            }
            figures.Print("tool " + tool, 0.5, 1.3);
        }

        Task<HttpResponseMessage> CallAsync(string tool, object arguments)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "/mcp")
            {
                Content = JsonContent.Create(new
                {
                    jsonrpc = "2.0",
                    id = 1,
                    method = "tools/call",
                    @params = new { name = tool, arguments },
                }),
            };
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
            return app.Http.SendAsync(request);
        }
    }

    static async Task<TimeSpan> TimeAsync(Func<Task<HttpResponseMessage>> call)
    {
        var start = Stopwatch.GetTimestamp();
        using var response = await call();
        response.EnsureSuccessStatusCode();
        return Stopwatch.GetElapsedTime(start);
    }
}
