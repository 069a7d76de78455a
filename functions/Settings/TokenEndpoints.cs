using System.Security.Cryptography;
using System.Text;
using Planable.Companies;
using Planable.Http;
using Planable.Storage;
using Planable.Tokens;

namespace Planable.Settings;

/// <summary>Company settings → API tokens.</summary>
static class TokenEndpoints
{
    public const string Path = SettingsEndpoints.Root + "/api-tokens";

    public static void MapTokens(this IEndpointRouteBuilder managers)
    {
        managers.MapGet("/api-tokens", ShowAsync);
        managers.MapPost("/api-tokens", GenerateAsync);
        managers.MapPost("/api-tokens/{id}/reveal", RevealAsync);
        managers.MapPost("/api-tokens/{id}/revoke", RevokeAsync);
    }

    static Task<IResult> ShowAsync(string? revoked, Person person, HttpContext http, TokenListing listing, CancellationToken cancel) =>
        listing.PageAsync(http, person, new() { [nameof(TokensPage.WasRevoked)] = revoked is not null }, 200, cancel);

    static async Task<IResult> GenerateAsync(
        Person person, HttpContext http, CompanyTokens tokens, TokenListing listing, CompanyStore companies, TimeProvider time, CancellationToken cancel)
    {
        var form = TokenForm.Of(await http.Request.ReadFormAsync(cancel));
        var (_, workspaces) = await companies.ReadAsync(person.Company, cancel);
        if (form.Validate(workspaces, time.GetUtcNow(), out var wanted) is { Count: > 0 } errors)
        {
            return await listing.PageAsync(http, person, new() { [nameof(TokensPage.Form)] = form, [nameof(TokensPage.Errors)] = errors }, 400, cancel);
        }
        var (token, problem) = await tokens.CreateAsync(person.Company, wanted!, person.From(http), WriteOf(person, form), cancel);
        return problem is not null
            ? await listing.PageAsync(
                http, person, new() { [nameof(TokensPage.Form)] = form, [nameof(TokensPage.Refusal)] = problem.ProblemDetails.Detail }, problem.StatusCode, cancel)
            : await listing.PageAsync(
                http, person,
                new() { [nameof(TokensPage.Shown)] = token, [nameof(TokensPage.Text)] = await tokens.TextAsync(token!, cancel), [nameof(TokensPage.IsNew)] = true },
                200, cancel);
    }

    static async Task<IResult> RevealAsync(string id, Person person, HttpContext http, CompanyTokens tokens, TokenListing listing, CancellationToken cancel)
    {
        var (found, problem) = await FindAsync(id, person, tokens, cancel);
        (var text, problem) = problem is not null ? problem : await tokens.RevealAsync(found!, person.From(http), cancel);
        return problem is not null ? problem
            : await listing.PageAsync(http, person, new() { [nameof(TokensPage.Shown)] = found, [nameof(TokensPage.Text)] = text }, 200, cancel);
    }

    static async Task<IResult> RevokeAsync(string id, Person person, HttpContext http, CompanyTokens tokens, CancellationToken cancel)
    {
        var (found, problem) = await FindAsync(id, person, tokens, cancel);
        (_, problem) = problem is not null ? problem : await tokens.RevokeAsync(found!, person.From(http), cancel);
        return problem is not null ? problem : Results.LocalRedirect(Path + "?revoked");
    }

    static async Task<Outcome<Token>> FindAsync(string id, Person person, CompanyTokens tokens, CancellationToken cancel) =>
        IdKind.Token.TryParse(id, out var parsed) && parsed.Place == person.Company
        && Array.Find(await tokens.ListAsync(person.Company, cancel), token => token.Id == parsed.Own) is { } token ? token : Problems.NotFound("token");

    /// <summary>A form that is sent twice makes one token.</summary>
    static WriteId WriteOf(Person person, TokenForm form) => new()
    {
        Record = Ids.Derive(SHA256.HashData(Encoding.UTF8.GetBytes($"{person.Company}\n{person.User.Key}\n{form.Nonce}")), 26),
        Fingerprint = SHA256.HashData(Encoding.UTF8.GetBytes(form.ToString())),
    };
}

/// <summary>The page that lists a company's tokens, and whatever it shows beside.</summary>
sealed class TokenListing(CompanyTokens tokens, TokenStore store, CompanyStore companies)
{
    public async Task<IResult> PageAsync(HttpContext http, Person person, Dictionary<string, object?> parameters, int status, CancellationToken cancel)
    {
        var users = companies.UsersAsync(person.Company, cancel);
        var listed = tokens.ListAsync(person.Company, cancel);
        var (company, workspaces) = await companies.ReadAsync(person.Company, cancel);
        parameters.TryAdd(nameof(TokensPage.Form), TokenForm.New());
        parameters[nameof(TokensPage.Tokens)] = await (await listed).EachAsync(async (token, stop) =>
            (token, (await store.RowAsync(token.Hash, stop))?.GetDateTimeOffset("UsedAt")), cancel);
        parameters[nameof(TokensPage.Workspaces)] = workspaces.OrderBy(workspace => workspace.Name, StringComparer.OrdinalIgnoreCase).ToArray();
        parameters[nameof(TokensPage.Users)] = (await users).ToDictionary(user => user.Key, user => user.Name);
        parameters[nameof(TokensPage.WhyNoMore)] =
            tokens.WhyNoMore(company!.Read(StoredJson.Default.Company).Plan, await listed)?.ProblemDetails.Detail;
        return PageContext.Of(http).Page<TokensPage>(parameters, status);
    }
}

/// <summary>The form that generates a token, as it was filled in.</summary>
/// <param name="Nonce">Names the form, however often it is sent.</param>
public sealed record TokenForm(string Nonce, string Name, string Scope, string Access, string[] Workspaces, string Expiry)
{
    public const int LongestName = 80;

    public static readonly (string Value, string Text, Func<DateTimeOffset, DateTimeOffset>? From)[] Expiries =
    [
        ("30d", "30 days", now => now.AddDays(30)), ("60d", "60 days", now => now.AddDays(60)), ("90d", "90 days", now => now.AddDays(90)),
        ("6m", "6 months", now => now.AddMonths(6)), ("1y", "1 year", now => now.AddYears(1)), ("never", "Never", null),
    ];

    public static TokenForm New() => new(Ids.NewRecord(), "", nameof(Tokens.Scope.Read), "all", [], "90d");

    public static TokenForm Of(IFormCollection form) => new(
        form["nonce"].ToString(), form["name"].ToString().Trim(), form["scope"].ToString(), form["access"].ToString(),
        [.. form["workspaces"].OfType<string>().Distinct().Order(StringComparer.Ordinal)], form["expiry"].ToString());

    /// <summary>What is wrong, by field; or the token that is wanted.</summary>
    internal Dictionary<string, string> Validate(List<Workspace> workspaces, DateTimeOffset now, out NewToken? wanted)
    {
        Dictionary<string, string> errors = new(StringComparer.Ordinal);
        var length = Name.EnumerateRunes().Count();
        Check("name", length is > 0 and <= LongestName && !Name.Any(char.IsControl), $"Give it a name of 1 to {LongestName} characters.");
        var scope = Enum.GetValues<Scope>().Where(one => one.ToString() == Scope).Cast<Scope?>().FirstOrDefault();
        Check("scope", scope is not null, "Choose Read or Write.");
        Check("access", Access is "all" or "chosen", "Choose which workspaces it opens.");
        var chosen = workspaces.Where(workspace => Workspaces.Contains(workspace.Id)).Select(workspace => workspace.Key).ToArray();
        Check("workspaces", Access is not "chosen" || (chosen.Length > 0 && chosen.Length == Workspaces.Length), "Choose at least one workspace, of those that are listed.");
        var expiry = Array.Find(Expiries, one => one.Value == Expiry);
        Check("expiry", expiry.Value is not null, "Choose when it expires.");
        Check("nonce", Nonce.Length is > 0 and <= 64, "Open the page anew.");
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
