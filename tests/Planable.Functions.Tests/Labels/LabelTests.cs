using System.Net;
using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Company.Tokens;

namespace Planable.Functions.Tests.Labels;

public sealed class LabelTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Theory]
    [InlineData("pattens-blue")]
    [InlineData("feta")]
    [InlineData("pink-lace")]
    [InlineData("pippin")]
    [InlineData("peach-cream")]
    [InlineData("fog")]
    [InlineData("half-and-half")]
    [InlineData("lime-flurish")]
    [InlineData("snowy-mint")]
    [InlineData("blue-chalk")]
    [InlineData("mabel")]
    [InlineData("silver-sand")]
    public async Task A_label_of_this_colour_is_created_listed_and_shown_with_its_workspace(string color)
    {
        var company = await TestCompany.CreateAsync(_app);

        var label = (await company.Client.PostAsync("/labels", Label(company, color: color)).CreatedAsync())["data"]!.ToJsonString();

        Assert.Matches($$"""^\{"id":"lbl_[0-9a-z]{31}","color":"{{color}}","name":"Launch"\}$""", label);
        Assert.Equal(
            $$"""{"data":[{{label}}]}""",
            (await company.Client.GetAsync("/labels?workspaceId=" + company.WorkspaceId).OkAsync()).ToJsonString());
        Assert.Equal($"[{label}]", (await company.Client.GetAsync("/workspaces").OkAsync())["data"]![0]!["labels"]!.ToJsonString());
    }

    [Theory]
    [InlineData("\"red\"")]
    [InlineData("\"Fog\"")]
    [InlineData("\"FOG\"")]
    [InlineData("\"0\"")]
    [InlineData("\"fog, mabel\"")]
    [InlineData("\"\"")]
    [InlineData("0")]
    [InlineData("null")]
    public async Task Another_colour_is_invalid(string color)
    {
        var company = await TestCompany.CreateAsync(_app);

        await company.Client.PostAsync("/labels", new { workspaceId = company.WorkspaceId, text = "x", color = JsonNode.Parse(color) })
            .InvalidAsync("color");
    }

    [Theory]
    [InlineData("x", 1, true)]
    [InlineData("😀", 500, true)]
    [InlineData("x", 501, false)]
    [InlineData("x", 0, false)]
    public async Task A_labels_text_has_1_to_500_characters(string character, int length, bool valid)
    {
        var company = await TestCompany.CreateAsync(_app);
        var call = company.Client.PostAsync("/labels", Label(company, string.Concat(Enumerable.Repeat(character, length))));

        await (valid ? call.CreatedAsync() : call.InvalidAsync("text"));
    }

    [Fact]
    public async Task Of_many_labels_made_at_once_on_two_instances_a_workspace_keeps_so_many()
    {
        var company = await TestCompany.CreateAsync(_app);
        await using var one = Few();
        await using var other = Few();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(
            number => (number % 2 == 0 ? one : other).As(company.Token).PostAsync("/labels", Label(company))));

        Assert.Equal(5, answers.Count(answer => answer.StatusCode is HttpStatusCode.Created));
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.Forbidden));
        Assert.Equal(5, (await company.Client.GetAsync("/labels?workspaceId=" + company.WorkspaceId).OkAsync()).Ids().Length);

        App Few() => App.Start(fixture.ConnectionString, null, [.. App.CallsOnly, ("Labels:PerWorkspace", "5")]);
    }

    [Fact]
    public async Task A_label_needs_all_its_fields() =>
        await (await TestCompany.CreateAsync(_app)).Client.PostAsync("/labels", new { }).InvalidAsync("workspaceId", "text", "color");

    [Fact]
    public async Task Labels_are_listed_newest_first()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        var made = new List<string>();
        for (var count = 0; count < 3; count++)
        {
            made.Insert(0, (await company.Client.PostAsync("/labels", Label(company)).CreatedAsync())["data"]!.Text("id"));
        }

        Assert.Equal(made, (await company.Client.GetAsync("/labels?workspaceId=" + company.WorkspaceId).OkAsync()).Ids());
        Assert.Empty((await company.Client.GetAsync("/labels?workspaceId=" + company.Workspaces[1].Id).OkAsync()).Ids());
    }

    [Fact]
    public async Task Another_companys_workspace_is_not_found()
    {
        var (mine, other) = (await TestCompany.CreateAsync(_app), await TestCompany.CreateAsync(_app));

        await mine.Client.GetAsync("/labels?workspaceId=" + other.WorkspaceId).NotFoundAsync();
        await mine.Client.PostAsync("/labels", Label(other)).FailAsync(HttpStatusCode.NotFound, "NOT_FOUND", "workspaceId");
    }

    [Fact]
    public async Task Labels_need_a_token_that_opens_the_workspace_and_a_creator_who_may()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        var viewer = await company.PersonAsync(TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW])));
        var (closed, views) = (await company.TokenAsync(opens: [company.Workspaces[1]]), await company.TokenAsync(creator: viewer));
        var reads = await company.TokenAsync(Scope.Read);

        await _app.As(closed).GetAsync("/labels?workspaceId=" + company.WorkspaceId).ForbiddenAsync();
        await _app.As(closed).PostAsync("/labels", Label(company)).ForbiddenAsync();
        foreach (var token in new[] { views, reads })
        {
            await _app.As(token).GetAsync("/labels?workspaceId=" + company.WorkspaceId).OkAsync();
            await _app.As(token).PostAsync("/labels", Label(company)).ForbiddenAsync();
        }
    }

    [Fact]
    public async Task A_list_needs_its_workspace() =>
        await (await TestCompany.CreateAsync(_app)).Client.GetAsync("/labels").InvalidAsync("workspaceId");

    static object Label(TestCompany company, string text = "Launch", string color = "fog") =>
        new { workspaceId = company.WorkspaceId, text, color };
}
