using System.CommandLine;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Settings;
using Planable.Storage;
using Planable.Work;

namespace Planable.Cli;

static class TokenCommands
{
    static readonly Argument<Id> Subject = Take.Id("token", IdKind.Token, "The token.");
    static readonly Option<Id> CompanyOption = Take.Id("--company", IdKind.Company, "The company.", true);
    static readonly Option<string> Name = new("--name")
    {
        Description = "The token's name, which says what it is for.",
        HelpName = "name",
        Required = true,
    };

    static readonly Option<Scope> ScopeOption =
        Take.Choice("--scope", "What the token may do. Write includes Read", true, Take.All<Scope>());
    static readonly Option<Id[]> Workspaces =
        Take.Ids("--workspaces", IdKind.Workspace, "The workspaces that the token has access to. The default is all of them.");
    static readonly Option<string> Expires = Take.Choice(
        "--expires", "When the token expires", true, [.. TokenForm.Expiries.Select(one => (one.Value, one.Value))]);
    static readonly Option<Id> By = Take.Id(
        "--by", IdKind.User, "The Owner or Administrator in whose name the command acts. The default is the first Owner.", false);

    public static Command Noun() => new("tokens", "Issue and revoke a company's API tokens.")
    {
        new Verb("issue", "Create a token and print its text.",
            "planable tokens issue --company cmp_wpdyety5 --name 'Our scheduler' --scope Write --expires 90d", IssueAsync,
            CompanyOption, Name, ScopeOption, Expires, Workspaces, By),
        new Verb("list", "List a company's tokens, without their texts.",
            "planable tokens list --company cmp_wpdyety5", ListAsync, CompanyOption),
        new Verb("revoke", "Revoke a token for good. It stops working at once.", "planable tokens revoke tok_…",
            RevokeAsync, Subject, By),
    };

    static async Task<Outcome<Answer>> IssueAsync(Call call)
    {
        var (company, opened, tokens) = (call.Of(CompanyOption).Partition, call.Of(Workspaces) ?? [], call.Get<CompanyTokens>());
        var (row, workspaces) = await call.Get<CompanyStore>().ReadAsync(company, call.Cancel);
        if (row is null)
        {
            return Problems.NotFound("company", "--company");
        }
        if (opened.Any(one => !workspaces.Exists(workspace => workspace.Key == one.Partition)))
        {
            return Problems.NotFound("workspace", "--workspaces");
        }
        var (actor, problem) = await ActorAsync(call, company);
        if (problem is not null)
        {
            return problem;
        }
        var form = new TokenForm(
            Base32.NewName(), call.Of(Name)!.Trim(), $"{call.Of(ScopeOption)}", opened.Length == 0 ? "all" : "chosen",
            [.. opened.Select(one => IdKind.Workspace.Format(one.Partition))], call.Of(Expires)!);
        if (form.Validate(workspaces, call.Get<TimeProvider>().GetUtcNow(), out var wanted) is { Count: > 0 } errors)
        {
            return Problems.Invalid([.. errors.Select(error => new FieldError("--" + error.Key, error.Value))]);
        }
        (var token, problem) = await tokens.CreateAsync(company, wanted!, actor!, OperationId.Once(), call.Cancel);
        if (problem is not null)
        {
            return problem;
        }
        var text = (await tokens.TextAsync(token!, call.Cancel))!;
        return Answer.Of(new(TokenShown.Of(token!, call), text), CommandJson.Shown.TokenIssued, text);
    }

    static async Task<Outcome<Answer>> ListAsync(Call call)
    {
        var company = call.Of(CompanyOption).Partition;
        if ((await call.Get<CompanyStore>().ReadAsync(company, call.Cancel)).Company is null)
        {
            return Problems.NotFound("company", "--company");
        }
        var tokens = await call.Get<CompanyTokens>().ListAsync(company, call.Cancel);
        TokenShown[] all = [.. tokens.Select(token => TokenShown.Of(token, call))];
        return Answer.Of(new Items<TokenShown>(all), CommandJson.Shown.ItemsTokenShown, Columns.Of(
            "The company has no tokens.", ["ID", "NAME", "SCOPE", "WORKSPACES", "EXPIRES"], all.Select(one => new[]
            {
                one.Id, one.Name, $"{one.Scope}", one.Workspaces is { } some ? string.Join(',', some) : "all",
                one.ExpiresAt is not { } end ? "never" : $"{end:yyyy-MM-dd}{(one.IsExpired ? ", expired" : "")}",
            })));
    }

    static async Task<Outcome<Answer>> RevokeAsync(Call call)
    {
        var (id, tokens) = (call.Of(Subject), call.Get<CompanyTokens>());
        if (Array.Find(await tokens.ListAsync(id.Partition, call.Cancel), one => one.Id == id.Key) is not { } known)
        {
            return Problems.NotFound("token", "<token>");
        }
        var (actor, problem) = await ActorAsync(call, id.Partition);
        (var token, problem) = problem is not null ? problem : await tokens.RevokeAsync(known, actor!, call.Cancel);
        return problem is not null ? problem.At("<token>")
            : Answer.Of(TokenShown.Of(token!, call), CommandJson.Shown.TokenShown, $"revoked: {token!.PublicId} {token.Name}");
    }

    /// <summary>The Owner or Administrator in whose name the command acts.</summary>
    static async Task<Outcome<Actor>> ActorAsync(Call call, string company)
    {
        var users = await call.Get<CompanyStore>().UsersAsync(company, call.Cancel);
        var by = call.Has(By)
            ? users.Find(user => call.Of(By) == new Id(company, user.Key)) : users.FindLast(user => user.Role is Role.OWNER);
        return by is null ? Problems.NotFound("user", "--by")
            : !by.IsAdministrator
            ? Problems.Forbidden($"--by: Only an Owner or Administrator can manage tokens, and {by.Name} is a {by.Role}.")
            : new Actor(by.Key, null);
    }
}

sealed record TokenShown(
    string Id, string Name, Scope Scope, string[]? Workspaces, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt,
    bool IsExpired)
{
    public static TokenShown Of(Token token, Call call) => new(
        token.PublicId, token.Name, token.Scope, token.Workspaces?.Select(key => IdKind.Workspace.Format(key)).ToArray(),
        IdKind.User.Format(token.Company, token.Creator), token.CreatedAt, token.ExpiresAt,
        token.IsExpired(call.Get<TimeProvider>().GetUtcNow()));
}

/// <param name="Text">What goes after <c>Authorization: Bearer</c>.</param>
sealed record TokenIssued(TokenShown Token, string Text);
