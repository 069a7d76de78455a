namespace Planable.Functions.Tests.Commands;

public sealed class TokenCommandTests(AzuriteFixture fixture)
{
    const string Nobody = "cmp_00000000", Nothing = "tok_0000000000000000000000000";

    readonly Operator _operator = new(fixture.ConnectionString);

    [Fact]
    public async Task A_token_is_shown_once_works_and_is_revoked()
    {
        var made = await _operator.CreateAsync("Pro");

        var issued = await _operator.JsonAsync(
            "tokens", "issue", "--company", made.Company, "--name", "Ours", "--scope", "read", "--expires", "90d");
        var listed = await _operator.RunAsync("tokens", "list", "--company", made.Company, "--json");

        Assert.Equal(["text", "token"], issued.Names());
        Assert.Equal(
            ["createdAt", "createdBy", "expiresAt", "id", "isExpired", "name", "scope", "workspaces"], issued["token"]!.Names());
        Assert.Equal((made.Owner, "Read"), (issued["token"]!.Text("createdBy"), issued["token"]!.Text("scope")));
        Assert.Equal([issued["token"]!.Text("id")], listed.Done().Json.Ids());
        Assert.DoesNotContain(issued.Text("text"), listed.Out, StringComparison.Ordinal);
        var client = fixture.App.As(issued.Text("text"));
        await client.GetAsync("/workspaces").OkAsync();
        await client.PostAsync("/labels", new { }).ForbiddenAsync();

        (await _operator.RunAsync("tokens", "revoke", issued["token"]!.Text("id"))).Done();

        await client.GetAsync("/workspaces").UnauthorizedAsync();
        Assert.Empty((await _operator.JsonAsync("tokens", "list", "--company", made.Company)).Ids());
        (await _operator.RunAsync("tokens", "revoke", issued["token"]!.Text("id"))).Fails(3, "<token>");
    }

    [Fact]
    public async Task Without_json_the_text_is_all_that_is_printed()
    {
        var made = await _operator.CreateAsync("Pro");

        var ran = (await _operator.RunAsync(
            "tokens", "issue", "--company", made.Company, "--name", "Ours", "--scope", "Write", "--expires", "never")).Done();

        await fixture.App.As(ran.Out.Trim()).GetAsync("/ping").OkAsync();
    }

    [Fact]
    public async Task A_token_opens_the_workspaces_that_were_named()
    {
        var (made, other) = (await _operator.CreateAsync("Pro"), await _operator.CreateAsync("Pro"));

        var client = fixture.App.As(await _operator.IssueAsync(made.Company, "--workspaces", made.Workspace));

        Assert.Equal([made.Workspace], (await client.GetAsync("/workspaces").OkAsync()).Ids());
        (await _operator.RunAsync("tokens", "issue", "--company", made.Company, "--name", "Ours", "--scope", "Write",
            "--expires", "1y", "--workspaces", other.Workspace))
            .Fails(3, "--workspaces");
    }

    [Fact]
    public async Task The_plan_and_the_role_decide_as_in_the_settings()
    {
        var (free, pro) = (await _operator.CreateAsync("Free"), await _operator.CreateAsync("Pro"));
        var member = await _operator.InviteAsync(pro.Company, "max@example.com", "MEMBER");
        string[] issue = ["tokens", "issue", "--name", "Ours", "--scope", "Write", "--expires", "6m", "--company"];

        (await _operator.RunAsync([.. issue, free.Company])).Fails(1, "plan Pro or Enterprise");
        (await _operator.RunAsync([.. issue, pro.Company, "--by", member])).Fails(1, "--by");
        (await _operator.RunAsync([.. issue, pro.Company, "--by", free.Owner])).Fails(3, "--by");

        Assert.Empty((await _operator.JsonAsync("tokens", "list", "--company", pro.Company)).Ids());
    }

    [Fact]
    public async Task The_eleventh_active_token_is_refused()
    {
        var made = await _operator.CreateAsync("Pro");
        for (var token = 0; token < 10; token++)
        {
            await _operator.IssueAsync(made.Company);
        }

        (await _operator.RunAsync(
            "tokens", "issue", "--company", made.Company, "--name", "Ours", "--scope", "Write", "--expires", "30d")).Fails(1, "at most 10");
    }

    [Theory]
    [InlineData(2, "--scope", "tokens", "issue", "--company", Nobody, "--name", "Ours", "--scope", "Admin", "--expires", "30d")]
    [InlineData(2, "--expires", "tokens", "issue", "--company", Nobody, "--name", "Ours", "--scope", "Read", "--expires", "31d")]
    [InlineData(2, "--name", "tokens", "issue", "--company", Nobody, "--scope", "Read", "--expires", "30d")]
    [InlineData(2, "--company", "tokens", "issue", "--company", "usr_0", "--name", "Ours", "--scope", "Read", "--expires", "30d")]
    [InlineData(2, "<token>", "tokens", "revoke", Nobody)]
    [InlineData(3, "--company", "tokens", "issue", "--company", Nobody, "--name", "Ours", "--scope", "Read", "--expires", "30d")]
    [InlineData(3, "--company", "tokens", "list", "--company", Nobody)]
    [InlineData(3, "<token>", "tokens", "revoke", Nothing)]
    public async Task What_cannot_be_done_is_one_line_that_says_why(int code, string part, params string[] args) =>
        (await _operator.RunAsync(args)).Fails(code, part);

    [Fact]
    public async Task A_name_is_as_in_the_settings()
    {
        var made = await _operator.CreateAsync("Pro");

        (await _operator.RunAsync("tokens", "issue", "--company", made.Company, "--name", new string('x', 81), "--scope",
            "Read", "--expires", "30d")).Fails(2, "--name");
    }
}
