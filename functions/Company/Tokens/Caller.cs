using Microsoft.AspNetCore.Http.Features;
using Planable.Company.Companies;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Company.Tokens;

/// <summary>The caller: a token, or a person in the settings, and what they may do now.</summary>
/// <param name="origin">The origin that the call was sent to.</param>
sealed class Caller(Token token, CompanyView? view, CompanyDirectory directory, string origin)
{
    public const string TokensCreator = "The token's creator";

    /// <summary>Stands for the token of a person who is signed in.</summary>
    const string NoToken = "";

    /// <summary>Whether this call may only make drafts, whatever the token may do elsewhere.</summary>
    public bool IsDraftsOnly { get; init; }

    /// <summary>Whether it is a person who is signed in.</summary>
    public bool IsPerson => token.Id == NoToken;

    /// <summary>How a message names the caller.</summary>
    public string Who => IsPerson ? "You" : TokensCreator;

    /// <summary>The origin for links that this caller gets.</summary>
    public string Origin => origin;

    /// <summary>Null for a person.</summary>
    public string? TokenId => IsPerson ? null : token.PublicId;

    /// <summary>The hash of the token, for what is done on its behalf later; null for a person.</summary>
    public string? TokenHash => IsPerson ? null : token.Hash;

    /// <summary>Whether the token has one of the <see cref="AppScopes"/>.</summary>
    public bool Has(string scope) => token.Has(scope);

    /// <summary>Whether the token is limited to some workspaces.</summary>
    public bool IsLimited => token.Workspaces is not null;

    /// <summary>The company's key.</summary>
    public string CompanyKey => token.Company;

    public string CompanyId => IdKind.Company.Format(token.Company);

    public string CreatorId => IdKind.User.Format(token.Company, token.Creator);

    public CompanyProfile Company => Known.Company;

    public User Creator => Known.User!;

    public Plan Plan => Company.Plan;

    CompanyView Known => view ?? throw new InvalidOperationException("The caller's company is unknown.");

    /// <summary>A person who calls without a token, with all that this person may do.</summary>
    public static Caller OfPerson(CompanyView view, CompanyDirectory directory, string origin) => new(
        new(NoToken, view.Key, view.User!.Key, "", Scope.Write, Workspaces: null, default, ExpiresAt: null, Hash: ""),
        view, directory, origin);

    public static ValueTask<Caller> BindAsync(HttpContext http) => ValueTask.FromResult(http.Caller());

    /// <summary>Why this token may not make a call with this method; null if it may.</summary>
    public Problem? CheckMethod(string method) =>
        view is not { User: not null } ? Problems.Forbidden("The token's creator is no longer in the company.")
        : token.Scope is Scope.Read && !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method)
            ? Problems.Forbidden("This token has the scope read; this call needs write.")
        : null;

    /// <summary>The workspaces that this caller may see, newest first.</summary>
    public IEnumerable<Workspace> Visible(IEnumerable<Workspace> all) =>
        all.Where(workspace => Check(workspace.Key, Permission.VIEW) is null).OrderByDescending(workspace => workspace.CreatedAt);

    /// <summary>The workspaces that this caller may see, newest first, as they are cached.</summary>
    public Workspace[] Workspaces => [.. Visible(Known.Workspaces.Values)];

    /// <summary>Why this caller may not create, change or delete workspaces; null if it may.</summary>
    /// <param name="needsAll">Whether the token must have access to all workspaces.</param>
    public Problem? CheckAdministrator(bool needsAll = true) =>
        !Creator.IsAdministrator ? Problems.Forbidden("Use a token that was created by an Owner or Administrator.")
        : needsAll && token.Workspaces is not null ? Problems.Forbidden("Use a token that has access to all workspaces.")
        : null;

    /// <summary>Why this token has no access to a workspace; null if it has.</summary>
    public Problem? CheckOpens(string workspace) =>
        token.Opens(workspace) ? null : Problems.Forbidden("This token has no access to that workspace.");

    /// <summary>
    /// The workspace with this id, if the caller has <paramref name="permission"/> in it. Another company's workspace is a 404.
    /// </summary>
    /// <param name="field">The field that named the workspace, if it is not in the path.</param>
    public async ValueTask<Outcome<Workspace>> WorkspaceAsync(
        string? id, Permission permission, CancellationToken cancel, string? field = null) =>
        IdKind.Workspace.TryParse(id, out var parsed)
            ? await EnterAsync(parsed.Partition, permission, "workspace", field, cancel)
            : Problems.NotFound("workspace", field);

    /// <summary>
    /// As <see cref="WorkspaceAsync"/>, for the workspace of the object with this id. If it is not found, the 404 names
    /// <paramref name="what"/>.
    /// </summary>
    public ValueTask<Outcome<Workspace>> AuthorizeAsync(Id id, string what, Permission permission, CancellationToken cancel) =>
        EnterAsync(id.Partition, permission, what, null, cancel);

    /// <summary>
    /// The user on whose behalf this caller approves: the token's creator, or another user if an Owner or Administrator created the token.
    /// </summary>
    /// <param name="id">The request's <c>approvedBy</c>.</param>
    public async ValueTask<Outcome<User>> ApproverAsync(string? id, CancellationToken cancel)
    {
        if (id is null || id == CreatorId)
        {
            return Creator;
        }
        if (!Creator.IsAdministrator)
        {
            return Problems.Forbidden(
                "A token approves on behalf of its creator. To name another user, use a token created by an Owner or Administrator.");
        }
        return IdKind.User.TryParse(id, out var user) && user.Partition == CompanyKey
            && (await directory.FindAsync(CompanyKey, user.Key, cancel))?.User is { } approver
            ? approver : Problems.Invalid("approvedBy", "There is no such user.");
    }

    async ValueTask<Outcome<Workspace>> EnterAsync(string key, Permission permission, string what, string? field, CancellationToken cancel)
    {
        if (!key.StartsWith(token.Company, StringComparison.Ordinal)
            || await directory.WorkspaceAsync(Known, key, cancel) is not { } workspace)
        {
            return Problems.NotFound(what, field);
        }
        return Check(key, permission) is { } problem ? problem : workspace;
    }

    /// <summary>Why this caller lacks <paramref name="permission"/> in a workspace; null if it has it.</summary>
    public Problem? Check(string workspace, Permission permission) =>
        CheckOpens(workspace) is { } closed ? closed
        : IsDraftsOnly && permission is Permission.PUBLISH
        ? Problems.Forbidden("An assistant only makes drafts: a person schedules, changes a schedule and publishes in Planable.")
        : !token.Lends(permission) ? Problems.Forbidden($"This app was not granted the scope {AppScopes.Of(permission)}.")
        : Creator.May(permission, workspace) ? null
        : Creator.May(Permission.VIEW, workspace)
        ? Problems.Forbidden($"{Who} {(IsPerson ? "lack" : "lacks")} the permission {permission} in that workspace.")
        : Problems.Forbidden($"{Who} {(IsPerson ? "have" : "has")} no access to that workspace.");
}

/// <summary>Whom a read that begins before the caller is authenticated expects as the token's creator.</summary>
sealed record ExpectedCreator(User User);

static class CallerExtensions
{
    public static Caller Caller(this HttpContext http) => http.Features.GetRequiredFeature<Caller>();

    /// <summary>The key of the workspace of the object that the path names; null if the path names none of this kind.</summary>
    public static string? WorkspaceOf(this IdKind kind, HttpContext http) =>
        kind.TryParse(http.GetRouteValue("id") as string, out var id) ? id.Partition : null;
}
