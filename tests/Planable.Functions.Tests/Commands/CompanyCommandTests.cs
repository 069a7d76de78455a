using System.Text.Json.Nodes;

namespace Planable.Functions.Tests.Commands;

public sealed class CompanyCommandTests(AzuriteFixture fixture)
{
    const string Nobody = "cmp_00000000", Nowhere = "wks_00000000000000";

    static readonly string[] Shown = ["createdAt", "id", "name", "owners", "people", "plan", "tokens", "workspaces", "workspacesLimit"];

    readonly Operator _operator = new(fixture.ConnectionString);

    [Fact]
    public async Task A_company_that_commands_alone_have_made_is_used_over_http_right_away()
    {
        var made = await _operator.CreateAsync("Pro");
        var page = await _operator.ConnectAsync(made.Workspace);
        var client = fixture.App.As(await _operator.IssueAsync(made.Company));

        var posts = await client.PostAsync("/posts", new { workspaceId = made.Workspace, pageId = page, text = "Hello" }).CreatedAsync();

        Assert.Single(posts.Ids("posts"));
        Assert.Equal([made.Workspace], (await client.GetAsync("/workspaces").OkAsync()).Ids());
        Assert.Equal([page], (await client.GetAsync("/pages").OkAsync()).Ids());
        Assert.Equal(made.Company, (await client.GetAsync("/ping").OkAsync()).Text("companyId"));
    }

    [Fact]
    public async Task A_company_is_made_with_all_that_was_said()
    {
        var company = await _operator.JsonAsync(
            "company", "create", "--name", "Café 🎈", "--owner-name", "Ada Owner", "--owner-email", "ada@example.com",
            "--plan", "basic", "--workspaces-limit", "3",
            "--workspace", "Northwind", "--timezone", "Europe/Bucharest");

        Assert.Equal(Shown, company.Names());
        Assert.Equal(("Café 🎈", "Basic", 3), (company.Text("name"), company.Text("plan"), company.Number("workspacesLimit")));
        Assert.Equal(
            ("Northwind", "Europe/Bucharest"), (company["workspaces"]![0]!.Text("name"), company["workspaces"]![0]!.Text("timezone")));
        Assert.Equal(("Ada Owner", "ada@example.com", "OWNER"),
            (company["owners"]![0]!.Text("name"), company["owners"]![0]!.Text("email"), company["owners"]![0]!.Text("role")));
        Assert.Equal(company.ToJsonString(), (await _operator.JsonAsync("company", "show", company.Text("id"))).ToJsonString());
    }

    [Theory]
    [InlineData("@acme")]
    [InlineData("@/etc/hostname")]
    [InlineData("@@")]
    public async Task A_name_that_begins_with_an_at_sign_is_a_name(string name)
    {
        var company = await _operator.JsonAsync(
            "company", "create", "--name", name, "--owner-name", name, "--owner-email", "ada@example.com", "--workspace", name);

        Assert.Equal((name, name, name),
            (company.Text("name"), company["owners"]![0]!.Text("name"), company["workspaces"]![0]!.Text("name")));
    }

    [Fact]
    public async Task What_is_set_changes_and_the_rest_stays()
    {
        var made = await _operator.CreateAsync("Free");

        var first = await _operator.JsonAsync("company", "set", made.Company, "--plan", "Enterprise", "--workspaces-limit", "7");
        var second = await _operator.JsonAsync("company", "set", made.Company, "--workspaces-limit", "none");

        Assert.Equal(("Enterprise", 7), (first.Text("plan"), first.Number("workspacesLimit")));
        Assert.Equal("Enterprise", second.Text("plan"));
        Assert.Null(second["workspacesLimit"]);
    }

    [Fact]
    public async Task A_limit_that_is_set_holds_for_calls()
    {
        var made = await _operator.CreateAsync();
        var client = fixture.App.As(await _operator.IssueAsync(made.Company));
        await _operator.JsonAsync("company", "set", made.Company, "--workspaces-limit", "1");

        await client.PostAsync("/workspaces",
            new { name = "Another", timezone = "UTC", approvalSettings = new { type = "NONE", autoSchedule = false, autoLock = false } })
            .FailAsync(System.Net.HttpStatusCode.Forbidden, "WORKSPACE_LIMIT_REACHED");
    }

    [Fact]
    public async Task An_add_on_is_given_and_taken()
    {
        var made = await _operator.CreateAsync("Pro");

        Assert.True((await _operator.JsonAsync("company", "add-on", made.Workspace, "--analytics", "on"))["analytics"]!.GetValue<bool>());
        Assert.True((await _operator.JsonAsync("company", "show", made.Company))["workspaces"]![0]!["analytics"]!.GetValue<bool>());
        Assert.False((await _operator.JsonAsync("company", "add-on", made.Workspace, "--analytics", "off"))["analytics"]!.GetValue<bool>());
    }

    [Fact]
    public async Task The_list_has_every_company()
    {
        string[] made = [(await _operator.CreateAsync()).Company, (await _operator.CreateAsync()).Company];

        var listed = await _operator.JsonAsync("company", "list");

        Assert.Equal(["createdAt", "id", "name", "plan", "workspacesLimit"], listed["data"]![0]!.Names());
        Assert.Empty(made.Except(listed.Ids()));
        Assert.Contains(made[0], (await _operator.RunAsync("company", "list")).Done().Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task People_read_text()
    {
        var made = await _operator.CreateAsync("Pro");

        var text = (await _operator.RunAsync("company", "show", made.Company)).Done().Out;

        Assert.All([made.Company, made.Workspace, made.Owner, "Ada <ada@example.com>", "Pro"],
            part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.DoesNotContain('{', text);
    }

    [Theory]
    [InlineData(2, "--name", "company", "create", "--owner-name", "Ada", "--owner-email", "ada@example.com")]
    [InlineData(2, "--name", "company", "create", "--name", "A", "--owner-name", "Ada", "--owner-email", "ada@example.com")]
    [InlineData(2, "--owner-name", "company", "create", "--name", "Acme", "--owner-name", " ", "--owner-email", "ada@example.com")]
    [InlineData(2, "--owner-email", "company", "create", "--name", "Acme", "--owner-name", "Ada", "--owner-email", "Ada <ada@example.com>")]
    [InlineData(
        2, "--plan", "company", "create", "--name", "Acme", "--owner-name", "Ada", "--owner-email", "ada@example.com", "--plan", "Gold")]
    [InlineData(2, "--plan", "company", "set", Nobody, "--plan", "1")]
    [InlineData(2, "--workspaces-limit", "company", "set", Nobody, "--workspaces-limit", "0")]
    [InlineData(2, "--workspaces-limit", "company", "set", Nobody, "--workspaces-limit", "-1")]
    [InlineData(2, "--timezone", "company", "create", "--name", "Acme", "--owner-name", "Ada", "--owner-email",
        "ada@example.com", "--timezone", "Mars/Base")]
    [InlineData(2, "--plan", "company", "set", Nobody)]
    [InlineData(2, "--analytics", "company", "add-on", Nowhere, "--analytics", "maybe")]
    [InlineData(2, "--analytics", "company", "add-on", Nowhere)]
    [InlineData(2, "<company>", "company", "show", Nowhere)]
    [InlineData(2, "<company>", "company", "show", "CMP_00000000")]
    [InlineData(2, "<workspace>", "company", "add-on", Nobody, "--analytics", "on")]
    [InlineData(2, "--colour", "company", "list", "--colour", "red")]
    [InlineData(2, "company --help", "company")]
    [InlineData(2, "destroy", "company", "destroy")]
    [InlineData(2, "planable --help", "companies")]
    [InlineData(3, "<company>", "company", "show", Nobody)]
    [InlineData(3, "<company>", "company", "set", Nobody, "--plan", "Pro")]
    [InlineData(3, "<workspace>", "company", "add-on", Nowhere, "--analytics", "on")]
    public async Task What_cannot_be_done_is_one_line_that_says_why(int code, string part, params string[] args)
    {
        (await _operator.RunAsync(args)).Fails(code, part);

        var ran = await _operator.RunAsync([.. args, "--json"]);
        ran.Fails(code, part);
        var error = JsonNode.Parse(ran.Error)!;
        Assert.Equal(["error"], error.Names());
        Assert.Equal(["code", "message"], error["error"]!.Names());
        Assert.Equal(code == 2 ? "VALIDATION_ERROR" : "NOT_FOUND", error["error"]!.Text("code"));
    }

    [Fact]
    public async Task Every_verb_explains_itself_with_an_example()
    {
        var verbs = 0;
        foreach (var noun in await NamesAsync("--help"))
        {
            foreach (var verb in await NamesAsync(noun, "--help"))
            {
                var help = (await _operator.RunAsync(noun, verb, "--help")).Done().Out;
                Assert.Contains(
                    $"planable {noun} {verb}", help[help.IndexOf("Example:", StringComparison.Ordinal)..], StringComparison.Ordinal);
                verbs++;
            }
        }
        Assert.True(verbs >= 17, $"{verbs}");
    }

    [Fact]
    public async Task The_help_says_what_exit_codes_mean() =>
        Assert.Contains("3 not found", (await _operator.RunAsync("--help")).Done().Out, StringComparison.Ordinal);

    /// <summary>The first words of what a help lists under Commands.</summary>
    async Task<string[]> NamesAsync(params string[] args)
    {
        var help = (await _operator.RunAsync(args)).Done().Out;
        return [.. help[help.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n').Skip(1)
            .Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line[2] is not ' ')
            .Select(line => line.Trim().Split(' ')[0])];
    }
}
