using Planable.Company.Companies;
using Planable.Company.SignIn;
using Planable.Company.Tokens;
using Planable.Company.Usage;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Settings;

/// <summary>The page Company settings → API tokens.</summary>
static class TokenEndpoints
{
    public const string Path = SettingsEndpoints.Root + "/api-tokens";

    public static void MapTokens(this IEndpointRouteBuilder managers)
    {
        managers.MapGet("/api-tokens", SettingsEndpoints.Page<TokenPages>((pages, http) => pages.ShowAsync(http)));
        managers.MapPost("/api-tokens", SettingsEndpoints.Page<TokenPages>((pages, http) => pages.GenerateAsync(http)));
        managers.MapPost("/api-tokens/{id}/reveal", SettingsEndpoints.Page<TokenPages>((pages, http) => pages.RevealAsync(http)));
        managers.MapPost("/api-tokens/{id}/revoke", SettingsEndpoints.Page<TokenPages>((pages, http) => pages.RevokeAsync(http)));
    }
}

sealed class TokenPages(CompanyTokens tokens, TokenStore store, UsageStore usage, CompanyStore companies, TimeProvider time)
{
    public Task<IResult> ShowAsync(HttpContext http) =>
        PageAsync(http, new() { [nameof(TokensPage.WasRevoked)] = http.Request.Query.ContainsKey("revoked") });

    public async Task<IResult> GenerateAsync(HttpContext http)
    {
        var (person, cancel) = (Person.Of(http), http.RequestAborted);
        var form = TokenForm.Of(await http.Request.ReadFormAsync(cancel));
        var (_, workspaces) = await companies.ReadAsync(person.Company, cancel);
        if (form.Validate(workspaces, time.GetUtcNow(), out var wanted) is { Count: > 0 } errors)
        {
            return await PageAsync(http, new() { [nameof(TokensPage.Form)] = form, [nameof(TokensPage.Errors)] = errors }, 400);
        }
        var (token, problem) = await tokens.CreateAsync(
            person.Company, wanted!, person.From(http), FormOperation.Of(person, form.Nonce, form.ToString()), cancel);
        return problem is not null
            ? await PageAsync(
                http, new() { [nameof(TokensPage.Form)] = form, [nameof(TokensPage.Refusal)] = problem.Message }, problem.Status())
            : await PageAsync(http, new()
            {
                [nameof(TokensPage.Shown)] = token,
                [nameof(TokensPage.Text)] = await tokens.TextAsync(token!, cancel),
                [nameof(TokensPage.IsNew)] = true,
            });
    }

    public async Task<IResult> RevealAsync(HttpContext http)
    {
        var (found, problem) = await FindAsync(http);
        (var text, problem) = problem is not null ? problem
            : await tokens.RevealAsync(found!, Person.Of(http).From(http), http.RequestAborted);
        return problem is not null ? problem.ToResult()
            : await PageAsync(http, new() { [nameof(TokensPage.Shown)] = found, [nameof(TokensPage.Text)] = text });
    }

    public async Task<IResult> RevokeAsync(HttpContext http)
    {
        var (found, problem) = await FindAsync(http);
        (_, problem) = problem is not null ? problem : await tokens.RevokeAsync(found!, Person.Of(http).From(http), http.RequestAborted);
        return problem is not null ? problem.ToResult() : Results.LocalRedirect(TokenEndpoints.Path + "?revoked");
    }

    async Task<Outcome<Token>> FindAsync(HttpContext http) =>
        IdKind.Token.TryParse((string?)http.Request.RouteValues["id"], out var id) && id.Partition == Person.Of(http).Company
        && Array.Find(await tokens.ListAsync(id.Partition, http.RequestAborted), token => token.Id == id.Key) is { } token
            ? token : Problems.NotFound("token");

    async Task<IResult> PageAsync(HttpContext http, Dictionary<string, object?> parameters, int status = 200)
    {
        var (company, cancel) = (Person.Of(http).Company, http.RequestAborted);
        var users = companies.UsersAsync(company, cancel);
        var listed = tokens.ListAsync(company, cancel);
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var days = usage.ListAsync(company, today.AddDays(-UsageEndpoints.Default), today, cancel).ToListAsync(cancel);
        var (profile, workspaces) = await companies.ReadAsync(company, cancel);
        parameters.TryAdd(nameof(TokensPage.Form), TokenForm.New());
        parameters[nameof(TokensPage.Tokens)] = await (await listed).EachAsync(async (token, stop) =>
            (token, (await store.RowAsync(token.Hash, stop))?.GetDateTimeOffset("UsedAt")), cancel);
        parameters[nameof(TokensPage.Workspaces)] = workspaces.OrderBy(
            workspace => workspace.Name, StringComparer.OrdinalIgnoreCase).ToArray();
        parameters[nameof(TokensPage.Users)] = (await users).ToDictionary(user => user.Key, user => user.Name);
        parameters[nameof(TokensPage.Usage)] = (await days).GroupBy(day => day.Token, StringComparer.Ordinal).ToDictionary(
            token => token.Key, token =>
                token.SelectMany(day => day.Calls.Values).Aggregate(CallCounts.None, (sum, calls) => sum + calls), StringComparer.Ordinal);
        parameters[nameof(TokensPage.WhyNoMore)] =
            tokens.CheckNewToken(profile!.Value.Plan, await listed)?.Message;
        return PageContext.Of(http).Page<TokensPage>(parameters, status);
    }
}

/// <summary>The form that generates a token, as it was filled in.</summary>
/// <param name="Nonce">The id of the form, the same each time it is sent.</param>
public sealed record TokenForm(string Nonce, string Name, string Scope, string Access, string[] Workspaces, string Expiry)
{
    public const int LongestName = 80;

    public static readonly (string Value, string Text, Func<DateTimeOffset, DateTimeOffset>? From)[] Expiries =
    [
        ("30d", "30 days", now => now.AddDays(30)), ("60d", "60 days", now => now.AddDays(60)), ("90d", "90 days", now => now.AddDays(90)),
        ("6m", "6 months", now => now.AddMonths(6)), ("1y", "1 year", now => now.AddYears(1)), ("never", "Never", null),
    ];

    public static TokenForm New() => new(Base32.NewName(), "", nameof(Company.Tokens.Scope.Read), "all", [], "90d");

    public static TokenForm Of(IFormCollection form) => new(
        form["nonce"].ToString(), form["name"].ToString().Trim(), form["scope"].ToString(), form["access"].ToString(),
        [.. form["workspaces"].OfType<string>().Distinct().Order(StringComparer.Ordinal)], form["expiry"].ToString());

    /// <summary>The errors by field; if there are none, also the token to create.</summary>
    internal Dictionary<string, string> Validate(List<Workspace> workspaces, DateTimeOffset now, out NewToken? wanted)
    {
        Dictionary<string, string> errors = new(StringComparer.Ordinal);
        var length = Name.EnumerateRunes().Count();
        Check("name", length is > 0 and <= LongestName && !Name.Any(char.IsControl), $"Enter a name of 1 to {LongestName} characters.");
        var scope = Enum.GetValues<Scope>().Where(one => one.ToString() == Scope).Cast<Scope?>().FirstOrDefault();
        Check("scope", scope is not null, "Choose Read or Write.");
        Check("access", Access is "all" or "chosen", "Choose which workspaces the token has access to.");
        var chosen = workspaces.Where(workspace => Workspaces.Contains(workspace.Id)).Select(workspace => workspace.Key).ToArray();
        Check("workspaces", Access is not "chosen" || (chosen.Length > 0 && chosen.Length == Workspaces.Length),
            "Choose at least one of the listed workspaces.");
        var expiry = Array.Find(Expiries, one => one.Value == Expiry);
        Check("expiry", expiry.Value is not null, "Choose when the token expires.");
        Check("nonce", Nonce.Length is > 0 and <= 64, "Reload the page and send the form again.");
        wanted = errors.Count > 0 ? null : new(Name, scope!.Value, Access is "all" ? null : chosen, expiry.From?.Invoke(now));
        return errors;

        void Check(string field, bool isRight, string message)
        {
            if (!isRight)
            {
                errors[field] = message;
            }
        }
    }

    public override string ToString() => string.Join('\n', [Name, Scope, Access, .. Workspaces, Expiry]);
}
