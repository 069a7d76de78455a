using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Planable.Content.Posts;
using Planable.Functions.Tests.Doors.ContentSystems;
using Planable.Functions.Tests.Hosting;

namespace Planable.Functions.Tests.Kill;

/// <summary>A call of a content system that was answered becomes one draft, though the app is killed meanwhile.</summary>
public sealed class ContentKillTests : KillGround
{
    [Fact]
    public async Task Every_call_that_was_answered_becomes_one_draft()
    {
        const int Calls = 200;
        var company = await TestCompany.CreateAsync(Observer);
        var (left, answered) = (new ConcurrentQueue<int>(Enumerable.Range(0, Calls)), new ConcurrentBag<string>());
        var (hook, secret) = await ConnectAsync(company);

        while (!left.IsEmpty)
        {
            var (process, http) = await StartAsync();
            await using (process)
            using (http)
            {
                var first = new TaskCompletionSource();
                var sending = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SendAsync(http, first)));
                await Task.WhenAny(first.Task, sending);
                await Task.Delay(Random.Shared.Next(600), Cancel);
                await process.KillAsync();
                await sending;
            }
        }

        var (last, other) = await StartAsync();
        await using (last)
        using (other)
        {
            await Eventually.TrueAsync(
                async () => answered.Except(await TextsAsync(company)).Any() is false, "all that was answered is there");
            await OutboxIsDoneAsync();
        }
        Assert.NotEmpty(answered);
        Assert.Empty((await TextsAsync(company)).GroupBy(text => text).Where(same => same.Count() > 1).Select(same => same.Key));

        async Task SendAsync(HttpClient http, TaskCompletionSource first)
        {
            while (left.TryDequeue(out var id))
            {
                var title = id.ToString(CultureInfo.InvariantCulture);
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(hook, UriKind.Relative))
                {
                    Content = new StringContent(Json.Text(new { id, title }), Encoding.UTF8, "application/json"),
                };
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
                try
                {
                    using var response = await http.SendAsync(request, Cancel);
                    Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                    answered.Add(title);
                    first.TrySetResult();
                }
                catch (Exception e) when (e is HttpRequestException or IOException)
                {
                    return;
                }
            }
        }
    }

    async Task<(string Hook, string Secret)> ConnectAsync(TestCompany company)
    {
        var (process, http) = await StartAsync();
        await using (process)
        using (http)
        {
            var made = (await new Client(http, company.Token)
                .PostAsync("/cms-connections", company.Connection()).CreatedAsync())["data"]!;
            return (new Uri(made.Text("hookUrl")).PathAndQuery, made.Text("secret"));
        }
    }

    async Task<List<string>> TextsAsync(TestCompany company) => await Observer.Get<PostStore>()
        .RangeAsync(company.Workspaces[0].Key, cancel: Cancel).Select(one => one.Post.Text).ToListAsync(Cancel);
}
