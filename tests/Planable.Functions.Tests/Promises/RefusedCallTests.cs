using System.Net;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Functions.Tests.Posts;

namespace Planable.Functions.Tests.Promises;

/// <summary>A caller who is refused costs the read of the token's row, and nothing else.</summary>
public sealed class RefusedCallTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    /// <summary>Operations that say what they act on.</summary>
    static IEnumerable<Operation> Aimed => Operations.All.Where(
        operation => (operation.Path.Contains('{', StringComparison.Ordinal) || operation.Body is not null)
            && (operation.Method, operation.Path) is not (("POST", "/workspaces") or ("POST", "/posts/bulk")));

    [Theory]
    [InlineData("a foreign company's token", HttpStatusCode.NotFound)]
    [InlineData("an unknown token", HttpStatusCode.Unauthorized)]
    [InlineData("a token that has used up its limit", HttpStatusCode.TooManyRequests)]
    [InlineData("a token of another workspace", HttpStatusCode.Forbidden)]
    [InlineData("a token whose creator sees another workspace", HttpStatusCode.Forbidden)]
    public async Task Whoever_is_refused_reads_no_row_but_the_tokens(string caller, HttpStatusCode status)
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2, pages: 20, approval: ApprovalTests.Settings("OPTIONAL"));
        var on = await OperationGround.CreateAsync(company);
        await using var limited = App.Start(
            fixture.ConnectionString, null, [.. App.CallsOnly, ("RateLimits:Reads", "1"), ("RateLimits:Writes", "1")]);
        var app = status is HttpStatusCode.TooManyRequests ? limited : _app;
        var (token, key) = await TokenAsync();
        var wrong = new List<string>();

        // A webhook belongs to a token and not to a workspace.
        var others = status is HttpStatusCode.Forbidden ? new[] { "{another workspace}", "{webhook}" } : ["{another workspace}"];
        foreach (var operation in Aimed.Where(one => !others.Any(other => one.Path.Contains(other, StringComparison.Ordinal))))
        {
            if (status is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
            {
                // Warm: the company is remembered for longer than the call takes.
                app.Get<CompanyDirectory>().Forget(key);
                await app.As(token).GetAsync("/ping").OkAsync();
            }
            var path = on.Ids.Aggregate(operation.Path, (path, id) => path.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal));
            var body = operation.Body?.Invoke(on);
            var cost = await StorageCalls.OfAsync(status, measured => app.As(token).SendAsync(
                new(operation.Method), path, body is null ? null : Json.Text(body), operation.Key, measured));
            if (cost.Calls > 1)
            {
                wrong.Add($"{operation}: {cost.Calls} calls\n{cost.Requests}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));

        async Task<(string Token, string Company)> TokenAsync()
        {
            switch (caller)
            {
                case "a foreign company's token":
                    var foreign = await TestCompany.CreateAsync(app);
                    return (await UsedAsync(foreign, foreign.Token), foreign.Key);
                case "an unknown token":
                    return (TokenText.New(), company.Key);
                case "a token that has used up its limit":
                    await app.As(company.Token).GetAsync("/ping").OkAsync();
                    await app.As(company.Token).PostAsync("/labels", new { }).InvalidAsync();
                    return (company.Token, company.Key);
                case "a token of another workspace":
                    return (await UsedAsync(company, await company.TokenAsync(opens: [company.Workspaces[1]])), company.Key);
                default:
                    return (await UsedAsync(company, await company.TokenAsync(creator: await company.PersonAsync(TestCompany.Person(
                        Role.MEMBER, (company.Workspaces[1], Enum.GetValues<Permission>()))))), company.Key);
            }
        }

        async Task<string> UsedAsync(TestCompany whose, string token)
        {
            await app.As(token).GetAsync("/ping").OkAsync();
            await whose.UsedAsync(token);
            return token;
        }
    }
}
