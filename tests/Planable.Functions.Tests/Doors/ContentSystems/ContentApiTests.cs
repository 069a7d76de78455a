using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Planable.Doors.ContentSystems;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Media;
using Planable.Platform.Secrets;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Doors.ContentSystems;

/// <summary>A storage of its own, and an instance on it that may reach this machine.</summary>
public sealed class ContentApiGround : OwnStorageGround
{
    private protected override App Start() => App.Start(ConnectionString, settings: MediaGround.Settings);
}

/// <summary>What calls leave out, or never brought, is fetched from the content system's API.</summary>
public sealed class ContentApiTests(ContentApiGround ground) : IClassFixture<ContentApiGround>
{
    public static TheoryData<string> Providers =>
        new("contentful", "sanity", "strapi", "ghost", "storyblok", "prismic", "wordpress", "kontent");

    public static TheoryData<string> WithIdsOnly => new("storyblok", "prismic", "kontent");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task What_changed_becomes_drafts_once(string provider)
    {
        await using var api = await FakeContentApi.StartAsync(provider);
        var connection = await ConnectAsync(api);
        // More than a page has, two of them at the same moment, and one that no call ever named.
        var begun = TimeProvider.System.GetUtcNow().AddSeconds(1);
        api.Publish("1", "Old", begun.AddDays(-1));
        for (var number = 2; number < 30; number++)
        {
            api.Publish(number.ToString(CultureInfo.InvariantCulture), $"Article {number}", begun.AddSeconds(number / 2));
        }

        await FetchAsync(connection);
        var texts = await TextsAsync(connection.Company);
        var results = await ResultsAsync(connection);
        await FetchAsync(connection, new { since = begun.AddDays(-2) });

        Assert.Equal(
            Enumerable.Range(2, 28).Select(number => $"Article {number}").Order(StringComparer.Ordinal),
            texts.Order(StringComparer.Ordinal));
        Assert.All(results, result => Assert.Equal("created", result.Text("outcome")));
        Assert.Equal(texts.Append("Old").Order(), (await TextsAsync(connection.Company)).Order());
        Assert.All(await connection.DeliveriesAsync(), delivery => Assert.True(delivery!["fetched"]!.GetValue<bool>()));
    }

    public static TheoryData<string, string, string, string> Calls => new()
    {
        { "contentful", """{"sys":{"id":"7","revision":1,"updatedAt":"{at}"},"fields":{"title":{"en-US":"By a call"}}}""",
            "x-contentful-topic", "ContentManagement.Entry.publish" },
        { "sanity", """{"_id":"7","_updatedAt":"{at}","title":"By a call"}""", "sanity-operation", "update" },
        { "strapi", """{"event":"entry.publish","entry":{"documentId":"7","updatedAt":"{at}","title":"By a call"}}""", "x-strapi-event",
            "entry.publish" },
        { "ghost", """{"post":{"current":{"id":"7","status":"published","updated_at":"{at}","title":"By a call"},"previous":{}}}""",
            "a", "b" },
        { "wordpress", """{"post_id":7,"post":{"post_status":"publish","post_modified_gmt":"{at}","post_title":"By a call"}}""", "a", "b" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task What_a_call_brought_is_not_taken_twice(string provider, string body, string header, string value)
    {
        await using var api = await FakeContentApi.StartAsync(provider);
        var connection = await ConnectAsync(api);
        // Some write whole seconds.
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 1;
        var article = api.Publish("7", "By the API", DateTimeOffset.FromUnixTimeSeconds(now));
        var at = provider is "wordpress" ? article.At("yyyy-MM-dd HH:mm:ss") : article.At();
        await connection.SendAsync(body.Replace("{at}", at, StringComparison.Ordinal), request =>
        {
            request.Headers.Authorization = new("Bearer", connection.Secret);
            request.Headers.Add(header, value);
        }).OkAsync();
        Assert.Equal("created", (await connection.ResultAsync()).Text("outcome"));

        await FetchAsync(connection);

        Assert.Equal("unchanged", (await connection.ResultAsync()).Text("outcome"));
        Assert.Equal(["By a call"], await TextsAsync(connection.Company));
        api.Publish("7", "Changed", DateTimeOffset.FromUnixTimeSeconds(now + 1));
        await FetchAsync(connection);
        Assert.Equal(["Changed"], await TextsAsync(connection.Company));
    }

    [Theory]
    [MemberData(nameof(WithIdsOnly))]
    public async Task What_a_call_names_is_read(string provider)
    {
        await using var api = await FakeContentApi.StartAsync(provider);
        var connection = await ConnectAsync(api);
        api.Publish("7", "First");
        api.Publish("8", "Another", type: "author");

        Assert.Equal("created", (await CallAsync(connection, provider, "7")).Text("outcome"));
        Assert.Equal("ignored", (await CallAsync(connection, provider, "8")).Text("outcome"));
        Assert.Equal("First", TitleOf(await TextsAsync(connection.Company)));
        api.Publish("7", "Second", TimeProvider.System.GetUtcNow().AddSeconds(2));
        Assert.Equal("updated", (await CallAsync(connection, provider, "7")).Text("outcome"));
        Assert.Equal("Second", TitleOf(await TextsAsync(connection.Company)));
        api.Articles.Clear();
        Assert.Equal("archived", (await CallAsync(connection, provider, "7")).Text("outcome"));
        api.Status = 403;
        var failed = await CallAsync(connection, provider, "7");

        Assert.Equal(("failed", "The content system's API answered 403."), (failed.Text("outcome"), failed.Text("reason")));

        static string TitleOf(List<string> texts) => Assert.Single(texts).Split('\n')[0];
    }

    [Fact]
    public async Task A_list_that_is_older_than_a_call_brings_nothing_back()
    {
        await using var api = await FakeContentApi.StartAsync("ghost");
        var connection = await ConnectAsync(api);
        var article = api.Publish("7", "A", TimeProvider.System.GetUtcNow().AddSeconds(1));
        await FetchAsync(connection);
        await connection.SendAsync(Json.Text(new
        {
            post = new { current = new { }, previous = new { id = "7", status = "published", updated_at = article.At() } },
        }), request => request.Headers.Authorization = new("Bearer", connection.Secret)).OkAsync();
        Assert.Equal("archived", (await connection.ResultAsync()).Text("outcome"));

        await FetchAsync(connection);

        var result = await connection.ResultAsync();
        Assert.Equal(("unchanged", "It was unpublished after that."), (result.Text("outcome"), result.Text("reason")));
    }

    [Fact]
    public async Task Changes_are_fetched_each_day_until_the_connection_is_deleted()
    {
        await using var api = await FakeContentApi.StartAsync("ghost");
        var connection = await ConnectAsync(api);
        api.Publish("7", "A", TimeProvider.System.GetUtcNow().AddSeconds(1));
        // Another change of the connection adds no other entry.
        await connection.Company.Client.PatchAsync("/cms-connections/" + connection.Id, new { api = Api(api) }).OkAsync();

        var first = Assert.Single(await DueAsync(connection, days: 1));
        await LookAsync(connection, days: 1);

        await Eventually.TrueAsync(async () => await TextsAsync(connection.Company) is ["A"], "the article is fetched");
        var second = Assert.Single(await DueAsync(connection, days: 2));
        Assert.Equal(first.At.AddDays(1), second.At);
        await connection.Company.Client.DeleteAsync("/cms-connections/" + connection.Id).GoneAsync();
        await LookAsync(connection, days: 2);
        Assert.Empty(await DueAsync(connection, days: 3));
    }

    [Fact]
    public async Task What_went_wrong_is_said_and_what_was_missed_is_fetched_later()
    {
        await using var api = await FakeContentApi.StartAsync("ghost");
        var connection = await ConnectAsync(api);
        api.Publish("7", "A", TimeProvider.System.GetUtcNow().AddSeconds(1));
        api.Status = 403;

        await FetchAsync(connection, fault: "The content system's API answered 403.");
        Assert.Empty(await TextsAsync(connection.Company));
        api.Status = null;
        await FetchAsync(connection);

        Assert.Equal(["A"], await TextsAsync(connection.Company));
    }

    [Fact]
    public async Task A_key_is_in_the_vault_alone_and_ends_with_its_api()
    {
        await using var api = await FakeContentApi.StartAsync("ghost");
        var connection = await ConnectAsync(api);
        var path = "/cms-connections/" + connection.Id;

        var shown = (await connection.Company.Client.GetAsync(path).OkAsync())["data"]!["api"]!;
        Assert.Equal((api.Url, true), (shown.Text("url"), shown["hasKey"]!.GetValue<bool>()));
        Assert.Null(shown["key"]);
        Assert.DoesNotContain(FakeContentApi.Key, await StoredAsync(connection), StringComparison.Ordinal);
        Assert.Contains(FakeContentApi.Key, await VaultedAsync(connection));
        // The key is not sent to another address.
        var moved = await connection.Company.Client.PatchAsync(path, new { api = new { url = "https://ghost.invalid" } }).OkAsync();
        Assert.False(moved["data"]!["api"]!["hasKey"]!.GetValue<bool>());
        await Eventually.TrueAsync(
            async () => await VaultedAsync(connection) is [var secret] && secret == connection.Secret, "it is deleted");
        await connection.Company.Client.SendAsync(HttpMethod.Patch, path, """{"api":null}""").OkAsync();
        Assert.Null((await connection.Company.Client.GetAsync(path).OkAsync())["data"]!["api"]);
        await connection.Company.Client.PostAsync(path + "/sync", new { }).InvalidAsync();
    }

    [Theory]
    [InlineData("webflow", """{"url":"https://api.webflow.com"}""", "api")]
    [InlineData("sanity", """{"url":"https://x.api.sanity.io/v2025-02-19/data/query/production"}""", "api.type")]
    [InlineData("ghost", """{"url":"https://ghost.invalid/?a=b"}""", "api.url")]
    [InlineData("ghost", """{"url":"http://ghost.invalid","key":"a secret key"}""", "api.url")]
    [InlineData("ghost", """{"url":"http://10.0.0.1"}""", "api.url")]
    [InlineData("ghost", """{"url":"ghost.invalid"}""", "api.url")]
    [InlineData("ghost", """{"key":"a secret key"}""", "api.url")]
    [InlineData("contentful", """{"url":"https://cdn.contentful.com","type":"a\"b"}""", "api.type")]
    public async Task What_is_not_valid_is_named(string provider, string api, string field)
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var body = company.Connection(provider).With("api", JsonNode.Parse(api));

        await company.Client.PostAsync("/cms-connections", body).InvalidAsync(field);
        var connection = await company.ConnectAsync(company.Connection(provider));
        await company.Client.PatchAsync(
            "/cms-connections/" + connection.Id, new { name = "Other", api = JsonNode.Parse(api) }).InvalidAsync(field);

        Assert.Equal("A site", (await company.Client.GetAsync("/cms-connections/" + connection.Id).OkAsync())["data"]!.Text("name"));
    }

    async Task<TestConnection> ConnectAsync(FakeContentApi api)
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var body = company.Connection(api.Provider).With("api", Api(api)).With("unsigned", api.Provider is not "strapi")
            .With("pages", new[] { new { pageId = company.PageIds[0], template = "{{title}}" } });
        return await company.ConnectAsync(body);
    }

    static object Api(FakeContentApi api) => api.Provider is "ghost" or "wordpress" ? new { url = api.Url, key = FakeContentApi.Key }
        : new { url = api.Url, type = "article", key = FakeContentApi.Key };

    /// <summary>Fetches changes, and waits until they are handled.</summary>
    static async Task FetchAsync(TestConnection connection, object? body = null, string? fault = null)
    {
        var (client, path) = (connection.Company.Client, "/cms-connections/" + connection.Id);
        var before = (await client.PostAsync(path + "/sync", body ?? new { }).ShouldBeAsync(HttpStatusCode.Accepted))["data"]!;
        JsonNode? api = null;
        await Eventually.TrueAsync(async () =>
        {
            api = (await client.GetAsync(path).OkAsync())["data"]!["api"]!;
            return api["fetchedAt"] is { } at && at.ToString() != before["api"]!["fetchedAt"]?.ToString();
        }, "changes are fetched");
        Assert.Equal(fault, api!["fault"]?.GetValue<string>());
        await Eventually.TrueAsync(
            async () => (await connection.DeliveriesAsync()).All(one => one!["results"] is not null), "all deliveries are handled");
    }

    static async Task<JsonNode> CallAsync(TestConnection connection, string provider, string id)
    {
        await connection.SendAsync(provider switch
        {
            "storyblok" => $$"""{"action":"published","story_id":{{id}},"full_slug":"blog/{{id}}"}""",
            "prismic" => $$"""{"type":"api-update","documents":["{{id}}"]}""",
            _ => $$$"""
                {"notifications":[{"data":{"system":{"id":"{{{id}}}"}},"message":{"object_type":"content_item","action":"published"}}]}
                """,
        }).OkAsync();
        return await connection.ResultAsync();
    }

    static async Task<List<string>> TextsAsync(TestCompany company) =>
        [.. (await company.Client.GetAsync($"/posts?workspaceId={company.WorkspaceId}&limit=100").OkAsync())["data"]!.AsArray()
            .Select(post => post!.Text("plainText"))];

    static async Task<JsonNode[]> ResultsAsync(TestConnection connection) =>
        [.. (await connection.DeliveriesAsync()).SelectMany(delivery => delivery!["results"]!.AsArray()).OfType<JsonNode>()];

    async Task<DueEntry[]> DueAsync(TestConnection connection, int days) =>
        [.. (await ground.App.Get<DueIndex>().DueAsync(TimeProvider.System.GetUtcNow().AddDays(days).AddMinutes(1), Cancel))
            .Where(entry => entry.Kind == FetchChanges.Kind && entry.Subject == connection.Id[4..])];

    /// <summary>Looks at what is due as the timer does, so many days later.</summary>
    async Task LookAsync(TestConnection connection, int days)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(days).AddMinutes(1));
        await ActivatorUtilities
            .CreateInstance<FetchChanges>(ground.App.Services, time, new DueIndex(ground.App.Get<Tables>(), time))
            .HandleAsync(await DueAsync(connection, days), Cancel);
    }

    async Task<string> StoredAsync(TestConnection connection)
    {
        Assert.True(IdKind.ContentConnection.TryParse(connection.Id, out var id));
        return JsonSerializer.Serialize(
            await ground.App.Get<ConnectionStore>().FindAsync(id, Cancel), ContentSystemStoredJson.Default.ContentConnection);
    }

    async Task<string[]> VaultedAsync(TestConnection connection)
    {
        var vault = ground.App.Get<SecretStore>();
        return await vault.ListAsync("cms-" + connection.Id[4..], Cancel)
            .Select(async (SecretEntry entry, CancellationToken stop) => (await vault.GetAsync(entry.Name, stop))!).ToArrayAsync(Cancel);
    }
}
