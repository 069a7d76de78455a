using System.Net;
using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Company.Tokens;

namespace Planable.Functions.Tests.Campaigns;

public sealed class CampaignTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task The_least_campaign_has_what_the_contract_requires()
    {
        var company = await TestCompany.CreateAsync(_app);

        var made = (await company.Client.PostAsync("/campaigns", New(company)).CreatedAsync())["data"]!;

        Assert.Equal(["color", "createdAt", "endedAt", "icon", "id", "links", "name", "startedAt", "status", "workspaceId"], made.Names());
        Assert.Equal(("Autumn", "planned", "star", company.WorkspaceId),
            (made.Text("name"), made.Text("status"), made.Text("icon"), made.Text("workspaceId")));
        Assert.Null(made["startedAt"]);
        Assert.Matches("^cpn_[0-9a-z]{31}$", made.Text("id"));
        Assert.Equal(
            made.ToJsonString(), (await company.Client.GetAsync("/campaigns/" + made.Text("id")).OkAsync())["data"]!.ToJsonString());
    }

    [Fact]
    public async Task The_fullest_campaign_comes_back_as_it_was_sent()
    {
        var company = await TestCompany.CreateAsync(_app);
        var body = New(company).With("status", "active").With("icon", "christmasTree").With("color", "#fff")
            .With("startedAt", "2030-05-01T10:00:00+02:00")
            .With("endedAt", "2030-05-01T08:00:00Z").With("description", "Ünïcode 🎄")
            .With("links", new object[] { new { url = "https://example.com/a", title = "A" }, new { url = "b" } });

        var made = (await company.Client.PostAsync("/campaigns", body).CreatedAsync())["data"]!;

        Assert.Equal(("active", "christmasTree", "#fff", "Ünïcode 🎄"),
            (made.Text("status"), made.Text("icon"), made.Text("color"), made.Text("description")));
        Assert.Equal(("2030-05-01T08:00:00.000Z", "2030-05-01T08:00:00.000Z"), (made.Text("startedAt"), made.Text("endedAt")));
        Assert.Equal("""[{"url":"https://example.com/a","title":"A"},{"url":"b","title":null}]""", made["links"]!.ToJsonString());
    }

    [Theory]
    [InlineData("name", 1, 80)]
    [InlineData("color", 0, 1_000)]
    [InlineData("description", 0, 50_000)]
    public async Task A_texts_length_counts_code_points(string field, int least, int most)
    {
        var company = await TestCompany.CreateAsync(_app);
        var campaign = await company.CampaignAsync();

        foreach (var length in new[] { least - 1, least, most, most + 1 }.Where(length => length >= 0))
        {
            var text = string.Concat(Enumerable.Repeat("😀", length));
            var created = company.Client.PostAsync("/campaigns", New(company).With(field, text));
            var changed = company.Client.PatchAsync(
                "/campaigns/" + campaign, new Dictionary<string, object?>(StringComparer.Ordinal) { [field] = text });
            await (length >= least && length <= most ? created.CreatedAsync() : created.InvalidAsync(field));
            await (length >= least && length <= most ? changed.OkAsync() : changed.InvalidAsync(field));
        }
    }

    [Theory]
    [InlineData("""{"status":"ACTIVE"}""", "status")]
    [InlineData("""{"status":"active, paused"}""", "status")]
    [InlineData("""{"icon":"Star"}""", "icon")]
    [InlineData("""{"icon":0}""", "icon")]
    [InlineData("""{"startedAt":"2030-01-01"}""", "startedAt")]
    [InlineData("""{"startedAt":"2030-01-02T00:00:00Z","endedAt":"2030-01-01T00:00:00Z"}""", "endedAt")]
    [InlineData("""{"links":[{"title":"x"}]}""", "links[0].url")]
    [InlineData("""{"links":[{"url":""}]}""", "links[0].url")]
    [InlineData("""{"links":[null]}""", "links[0]")]
    [InlineData("""{"links":"https://example.com"}""", "links")]
    public async Task What_is_not_valid_is_named(string fields, string named)
    {
        var company = await TestCompany.CreateAsync(_app);
        var body = JsonNode.Parse(fields)!.AsObject();
        var campaign = await company.CampaignAsync();

        await company.Client.PatchAsync("/campaigns/" + campaign, body).InvalidAsync(named);
        body["workspaceId"] = company.WorkspaceId;
        body["name"] = "x";
        await company.Client.PostAsync("/campaigns", body).InvalidAsync(named);

        Assert.Equal([campaign], (await ListAsync(company)).Ids());
    }

    [Theory]
    [InlineData("url", 8_192)]
    [InlineData("title", 1_000)]
    public async Task A_link_has_its_lengths(string field, int most)
    {
        var company = await TestCompany.CreateAsync(_app);

        foreach (var length in new[] { most, most + 1 })
        {
            var link = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["url"] = "x",
                [field] = string.Concat(Enumerable.Repeat("😀", length)),
            };
            var call = company.Client.PostAsync("/campaigns", New(company).With("links", new[] { link }));
            await (length <= most ? call.CreatedAsync() : call.InvalidAsync($"links[0].{field}"));
        }
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public async Task A_campaign_has_up_to_100_links(int links, bool valid)
    {
        var company = await TestCompany.CreateAsync(_app);
        var call = company.Client.PostAsync("/campaigns", New(company).With("links", Enumerable.Repeat(new { url = "x" }, links)));

        await (valid ? call.CreatedAsync() : call.InvalidAsync("links"));
    }

    [Fact]
    public async Task An_update_changes_what_is_sent_and_null_clears_what_may_be_missing()
    {
        var company = await TestCompany.CreateAsync(_app);
        var made = (await company.Client.PostAsync("/campaigns", New(company)
            .With("status", "active").With("startedAt", "2030-05-01T10:00:00Z").With("endedAt", "2030-06-01T10:00:00Z")
            .With("description", "x").With("links", new[] { new { url = "a" } })).CreatedAsync())["data"]!;
        var path = "/campaigns/" + made.Text("id");

        var renamed = (await company.Client.PatchAsync(path, new { name = "Winter" }).OkAsync())["data"]!;
        var cleared = (await company.Client.SendAsync(
            HttpMethod.Patch, path, """{"startedAt":null,"description":null,"links":[],"icon":"leaf"}""").OkAsync())["data"]!;

        made["name"] = "Winter";
        Assert.Equal(made.ToJsonString(), renamed.ToJsonString());
        Assert.Equal((null, null, "[]", "leaf"),
            (cleared["startedAt"], cleared["description"], cleared["links"]!.ToJsonString(), cleared.Text("icon")));
        Assert.Equal(
            ("Winter", "active", "2030-06-01T10:00:00.000Z"), (cleared.Text("name"), cleared.Text("status"), cleared.Text("endedAt")));
        Assert.Equal(cleared.ToJsonString(), (await company.Client.GetAsync(path).OkAsync())["data"]!.ToJsonString());
        await company.Client.PatchAsync(path, new { startedAt = "2031-01-01T00:00:00Z" }).InvalidAsync("endedAt");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"nothing":"known"}""")]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"status":null,"icon":null,"color":null,"links":null}""", "status", "icon", "color", "links")]
    public async Task An_update_has_a_field_at_the_least(string body, params string[] fields)
    {
        var company = await TestCompany.CreateAsync(_app);

        await company.Client.SendAsync(HttpMethod.Patch, "/campaigns/" + await company.CampaignAsync(), body).InvalidAsync(fields);
    }

    [Fact]
    public async Task Campaigns_are_listed_newest_first_ten_at_a_time_and_by_status()
    {
        var company = await TestCompany.CreateAsync(_app);
        var (made, active) = (new List<string>(), new List<string>());
        for (var count = 0; count < 12; count++)
        {
            made.Insert(0, await company.CampaignAsync());
            if (count % 5 == 0)
            {
                active.Insert(0, made[0]);
                await company.Client.PatchAsync("/campaigns/" + made[0], new { status = "active" }).OkAsync();
            }
        }

        foreach (var (query, ids, limit, hasMore) in new (string, IEnumerable<string>, int, bool)[]
        {
            ("", made[..10], 10, true), ("&offset=10", made[10..], 10, false),
            ("&limit=200", made, 100, false), ("&status=active", active, 10, false),
            ("&status=active&offset=1&limit=1", active[1..2], 1, true), ("&status=archived", [], 10, false),
        })
        {
            var list = await ListAsync(company, query);
            Assert.Equal(ids, list.Ids());
            Assert.Equal((limit, hasMore), (list["pagination"]!.Number("limit"), list["pagination"]!["hasMore"]!.GetValue<bool>()));
        }
        foreach (var wrong in new[] { "ACTIVE", "0", "", "active,paused" })
        {
            await company.Client.GetAsync($"/campaigns?workspaceId={company.WorkspaceId}&status={wrong}").InvalidAsync("status");
        }
        await company.Client.GetAsync("/campaigns").InvalidAsync("workspaceId");
        await company.Client.GetAsync($"/campaigns?workspaceId={company.WorkspaceId}&limit=-1").InvalidAsync("limit");
    }

    [Theory]
    [InlineData(nameof(Plan.Free), 0)]
    [InlineData(nameof(Plan.Basic), 3)]
    [InlineData(nameof(Plan.Pro), 10)]
    public async Task A_plan_has_its_campaigns_however_many_are_created_at_once(string plan, int most)
    {
        await using var other = App.Start(fixture.ConnectionString);
        var company = await TestCompany.CreateAsync(_app, Enum.Parse<Plan>(plan));

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(async number =>
        {
            using var response = await (number % 2 == 0 ? _app : other).As(company.Token).PostAsync("/campaigns", New(company));
            return response.StatusCode;
        }));

        Assert.Equal(most, answers.Count(status => status is HttpStatusCode.Created));
        Assert.Equal(16 - most, answers.Count(status => status is HttpStatusCode.Forbidden));
        var error = await company.Client.PostAsync("/campaigns", New(company)).ForbiddenAsync();
        Assert.Contains(plan, error.Text("message"), StringComparison.Ordinal);
        Assert.Contains($"{most}", error.Text("message"), StringComparison.Ordinal);
        if (most > 0)
        {
            await other.As(company.Token).DeleteAsync("/campaigns/" + (await ListAsync(company)).Ids()[0]).GoneAsync();
            await company.CampaignAsync();
            await company.Client.PostAsync("/campaigns", New(company)).ForbiddenAsync();
        }
    }

    [Fact]
    public async Task Another_companys_campaigns_and_ids_of_other_kinds_are_not_found()
    {
        var (mine, other) = (await TestCompany.CreateAsync(_app, workspaces: 2), await TestCompany.CreateAsync(_app));
        var foreign = await other.CampaignAsync();
        var own = await mine.CampaignAsync();

        foreach (var id in new[] { foreign, own[..^1] + "z", mine.WorkspaceId, mine.PageIds[0], "nonsense", own.ToUpperInvariant() })
        {
            await mine.Client.GetAsync("/campaigns/" + id).NotFoundAsync();
            await mine.Client.PatchAsync("/campaigns/" + id, new { name = "x" }).NotFoundAsync();
            await mine.Client.DeleteAsync("/campaigns/" + id).NotFoundAsync();
        }
        await mine.Client.GetAsync("/campaigns?workspaceId=" + other.WorkspaceId).NotFoundAsync();
        await mine.Client.PostAsync("/campaigns", New(other)).FailAsync(HttpStatusCode.NotFound, "NOT_FOUND", "workspaceId");
        Assert.Empty((await mine.Client.GetAsync("/campaigns?workspaceId=" + mine.Workspaces[1].Id).OkAsync()).Ids());
        await other.Client.GetAsync("/campaigns/" + foreign).OkAsync();
    }

    [Fact]
    public async Task Campaigns_need_a_token_that_opens_the_workspace_and_a_creator_who_may()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        var viewer = await company.PersonAsync(TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW])));
        var campaign = await company.CampaignAsync();
        var closed = _app.As(await company.TokenAsync(opens: [company.Workspaces[1]]));

        await closed.GetAsync("/campaigns?workspaceId=" + company.WorkspaceId).ForbiddenAsync();
        await closed.GetAsync("/campaigns/" + campaign).ForbiddenAsync();
        foreach (var client in new[] { closed, _app.As(await company.TokenAsync(creator: viewer)),
            _app.As(await company.TokenAsync(Scope.Read)) })
        {
            await client.PostAsync("/campaigns", New(company)).ForbiddenAsync();
            await client.PatchAsync("/campaigns/" + campaign, new { name = "x" }).ForbiddenAsync();
            await client.DeleteAsync("/campaigns/" + campaign).ForbiddenAsync();
        }
        Assert.Equal([campaign], (await _app.As(await company.TokenAsync(creator: viewer))
            .GetAsync("/campaigns?workspaceId=" + company.WorkspaceId).OkAsync()).Ids());
    }

    [Fact]
    public async Task Two_that_update_at_once_both_do()
    {
        await using var other = App.Start(fixture.ConnectionString);
        var company = await TestCompany.CreateAsync(_app);
        var path = "/campaigns/" + await company.CampaignAsync();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(number => (number % 2 == 0 ? _app : other).As(company.Token)
            .PatchAsync(path, number % 2 == 0 ? new { name = "Changed" } : (object)new { description = "Changed" }).OkAsync()));

        var read = (await company.Client.GetAsync(path).OkAsync())["data"]!;
        Assert.Equal(("Changed", "Changed"), (read.Text("name"), read.Text("description")));
    }

    static Task<JsonNode> ListAsync(TestCompany company, string query = "") =>
        company.Client.GetAsync($"/campaigns?workspaceId={company.WorkspaceId}{query}").OkAsync();

    static Dictionary<string, object?> New(TestCompany company) =>
        new(StringComparer.Ordinal) { ["workspaceId"] = company.WorkspaceId, ["name"] = "Autumn" };
}
