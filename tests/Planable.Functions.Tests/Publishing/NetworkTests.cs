using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Work;
using Planable.Networks.Publishing;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Publishing;

/// <summary>What a network answers, or does not, over a wire: it counts how often it is sent what.</summary>
public sealed class NetworkTests : PublishingGround
{
    [Fact]
    public async Task What_is_refused_for_now_is_tried_again_until_it_is_taken()
    {
        await using var network = await FakeNetwork.StartAsync();
        // Long enough not to be tried again while this looks.
        await using var app = Start(settings: [("Sandbox:Network", network.Url), ("Publishing:Retries", "00:00:08")]);
        var company = await TestCompany.CreateAsync(App);
        var post = await DueAsync(company);
        network.Instead = Once(StatusCodes.Status503ServiceUnavailable);

        await MinuteAsync(app);

        var waiting = await company.ReadAsync(post);
        Assert.Equal(("SCHEDULED", "UNREACHABLE"), (waiting.Text("status"), waiting["publishFailure"]!.Text("code")));
        Assert.Empty(network.Published);
        await BecomesAsync(company, post, "PUBLISHED", app);
        Assert.Equal(1, network.Published[post]);
        var attempts = await AttemptsAsync(company, post);
        Assert.Equal(["PUBLISHED", "FAILED"], attempts.Select(attempt => attempt!.Text("state")));
        Assert.StartsWith("https://network.example/", attempts[0]!.Text("link"), StringComparison.Ordinal);
        Assert.Null((await company.ReadAsync(post))["publishFailure"]);
    }

    [Fact]
    public async Task A_network_that_cannot_be_reached_is_tried_as_often_as_is_set_and_then_the_post_has_failed()
    {
        await using var app = Start(settings: ("Sandbox:Network", "http://127.0.0.1:9"));
        var company = await TestCompany.CreateAsync(App);
        var post = await DueAsync(company);

        await BecomesAsync(company, post, "WITH_ERRORS", app);

        Assert.Equal("UNREACHABLE", (await company.ReadAsync(post))["publishFailure"]!.Text("code"));
        Assert.Equal(3, (await AttemptsAsync(company, post)).Count);
    }

    [Theory]
    [InlineData(StatusCodes.Status400BadRequest, "REFUSED")]
    [InlineData(StatusCodes.Status401Unauthorized, "GRANT_EXPIRED")]
    public async Task What_will_not_do_is_not_tried_again(int status, string code)
    {
        await using var network = await FakeNetwork.StartAsync();
        await using var app = Start(settings: ("Sandbox:Network", network.Url));
        var company = await TestCompany.CreateAsync(App);
        var post = await DueAsync(company);
        network.Instead = Once(status);

        await BecomesAsync(company, post, "WITH_ERRORS", app);

        Assert.Equal(code, (await company.ReadAsync(post))["publishFailure"]!.Text("code"));
        Assert.Single(await AttemptsAsync(company, post));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_ends_without_an_answer_is_cleared_up_with_the_network(bool isThere)
    {
        await using var network = await FakeNetwork.StartAsync();
        await using var app = Start(settings: ("Sandbox:Network", network.Url));
        var company = await TestCompany.CreateAsync(App);
        var post = await DueAsync(company);
        var ended = 0;
        network.Instead = async http =>
        {
            if (!HttpMethods.IsPut(http.Request.Method) || Interlocked.Increment(ref ended) > 1)
            {
                return false;
            }
            if (isThere)
            {
                await network.TakeAsync(http);
            }
            http.Abort();
            return true;
        };

        await BecomesAsync(company, post, "PUBLISHED", app);

        Assert.Equal(1, network.Published[post]);
        Assert.Equal(isThere ? 1 : 2, (await AttemptsAsync(company, post)).Count);
        Assert.Equal(isThere ? [] : ["NOT_ARRIVED"],
            (await AttemptsAsync(company, post)).Select(attempt => attempt!["code"]?.GetValue<string>()).OfType<string>());
    }

    [Fact]
    public async Task The_first_comment_follows_the_post_and_its_failure_is_its_own()
    {
        await using var network = await FakeNetwork.StartAsync();
        await using var app = Start(settings: ("Sandbox:Network", network.Url));
        var company = await TestCompany.CreateAsync(App);
        var (said, unsaid) = (await DueAsync(company, more: new { firstComment = "First!" }),
            await DueAsync(company, "Other", new { firstComment = "Never" }));
        network.Instead = async http =>
        {
            if (!http.Request.Path.Value!.EndsWith("/comment", StringComparison.Ordinal))
            {
                return false;
            }
            http.Request.EnableBuffering();
            var text = await new StreamReader(http.Request.Body).ReadToEndAsync();
            http.Request.Body.Position = 0;
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return text.Contains("Never", StringComparison.Ordinal);
        };

        await MinuteAsync(app);

        Assert.Equal(["First!"], network.Comments);
        Assert.Equal(["PUBLISHED", "PUBLISHED"],
            await new[] { said, unsaid }.EachAsync(async (post, _) => (await company.ReadAsync(post)).Text("status"), Cancel));
        Assert.Equal("DONE", (await AttemptsAsync(company, said))[0]!.Text("firstComment"));
        Assert.Equal(("FAILED", "PUBLISHED"),
            ((await AttemptsAsync(company, unsaid))[0]!.Text("firstComment"), (await AttemptsAsync(company, unsaid))[0]!.Text("state")));
    }

    [Fact]
    public async Task Two_who_ask_at_once_what_became_of_a_post_say_its_first_comment_once()
    {
        await using var network = await FakeNetwork.StartAsync();
        await using var app = Start(settings: ("Sandbox:Network", network.Url));
        await using var other = Start(settings: ("Sandbox:Network", network.Url));
        var company = await TestCompany.CreateAsync(App);
        network.Instead = async http =>
        {
            if (HttpMethods.IsPut(http.Request.Method) && !http.Request.Path.Value!.EndsWith("/comment", StringComparison.Ordinal))
            {
                await network.TakeAsync(http);
                http.Abort();
                return true;
            }
            // Long enough for another to ask as well.
            await Task.Delay(HttpMethods.IsGet(http.Request.Method) ? 500 : 0);
            return false;
        };
        var post = await DueAsync(company, more: new { firstComment = "First!" });
        await MinuteAsync(app);
        var id = Parsed(IdKind.Post, post);
        var look = App.Get<DueIndex>().New(PostSchedule.Kind, id.Partition + Ids.GroupOf(id.Key), TimeProvider.System.GetUtcNow());
        var message = new PublishJob([look]);

        await Eventually.TrueAsync(async () =>
        {
            await Task.WhenAll(RunAsync(message, app), RunAsync(message, other));
            return (await company.ReadAsync(post)).Text("status") == "PUBLISHED";
        }, "it is cleared up");

        Assert.Equal(1, network.Published[post]);
        Assert.Equal(["First!"], network.Comments);
    }

    [Fact]
    public async Task Two_timers_and_two_deliveries_of_every_message_publish_once()
    {
        await using var network = await FakeNetwork.StartAsync();
        await using var app = Start(settings: ("Sandbox:Network", network.Url));
        await using var other = Start(settings: ("Sandbox:Network", network.Url));
        var company = await TestCompany.CreateAsync(App);
        var now = TimeProvider.System.GetUtcNow();
        Post[] due = [.. Enumerable.Range(0, 20)
            .Select(number => company.StoredPost($"{number}", now) with { ScheduledAt = now.AddSeconds(-number), ScheduledSet = true })];
        await App.Get<PostCreation>().ImportAsync(company.Workspaces[0].Key, due, now, Cancel);

        await Task.WhenAll(TickAsync(app), TickAsync(other));
        await Task.WhenAll(DrainAsync(app), DrainAsync(other));
        await due.EachAsync(async (post, _) =>
        {
            await BecomesAsync(company, post.Id, "PUBLISHED", app);
            return post;
        }, Cancel, atOnce: 1);

        Assert.Equal(due.Select(post => post.Id).Order(), network.Published.Keys.Order());
        Assert.All(network.Published.Values, times => Assert.Equal(1, times));
        Assert.All(await due.EachAsync((post, _) => AttemptsAsync(company, post.Id), Cancel), attempts => Assert.Single(attempts));
    }

    [Theory]
    [InlineData("$batch", 1, 0)]
    [InlineData("$batch", 3, 0)]
    [InlineData("$batch", 3, 1)]
    [InlineData("')", 3, 0)]
    public async Task Answers_of_storage_that_are_lost_do_not_publish_twice(string write, int losses, int before)
    {
        await using var network = await FakeNetwork.StartAsync();
        var lossy = new LossyTransport(write);
        await using var app = Start(services => services.AddSingleton<HttpPipelinePolicy>(lossy), ("Sandbox:Network", network.Url));
        var company = await TestCompany.CreateAsync(App);
        var post = await DueAsync(company);
        await TickAsync();
        lossy.Lose(losses, before);

        await DrainAsync(app);

        Assert.Equal(0, lossy.Left);
        await BecomesAsync(company, post, "PUBLISHED", app);
        Assert.Equal(1, network.Published[post]);
        Assert.Single(await AttemptsAsync(company, post));
    }

    static Func<HttpContext, Task<bool>> Once(int status)
    {
        var left = 1;
        return http =>
        {
            var isIt = Interlocked.Decrement(ref left) >= 0;
            http.Response.StatusCode = isIt ? status : http.Response.StatusCode;
            return Task.FromResult(isIt);
        };
    }
}
