using Microsoft.AspNetCore.Http.Features;
using Planable.Company.Companies;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Company.Tokens;

/// <summary>Who calls: a token, and what its creator may do now.</summary>
/// <param name="origin">Where the call reached us.</param>
sealed class Caller(Token token, CompanyView? view, CompanyDirectory directory, string origin)
{
    /// <summary>Where links that this caller is given begin.</summary>
    public string Origin => origin;

    public string TokenId => token.PublicId;

    /// <summary>The company's key.</summary>
    public string CompanyKey => token.Company;

    public string CompanyId => IdKind.Company.Format(token.Company);

    public string CreatorId => IdKind.User.Format(token.Company, token.Creator);

    public CompanyProfile Company => Known.Company;

    public User Creator => Known.User!;

    public Plan Plan => Company.Plan;

    CompanyView Known => view ?? throw new InvalidOperationException("The caller's company is unknown.");

    public static ValueTask<Caller> BindAsync(HttpContext http) => ValueTask.FromResult(http.Caller());

    /// <summary>Why this token may not make a call of this method; null where it may.</summary>
    public Problem? CheckMethod(string method) =>
        view is not { User: not null } ? Problems.Forbidden("Who made this token is no longer with the company.")
        : token.Scope is Scope.Read && !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method)
            ? Problems.Forbidden("This token's scope is read; this call needs write.")
        : null;

    /// <summary>Those of <paramref name="all"/> that this caller may see, newest first.</summary>
    public IEnumerable<Workspace> Visible(IEnumerable<Workspace> all) =>
        all.Where(workspace => Check(workspace.Key, Permission.VIEW) is null).OrderByDescending(workspace => workspace.CreatedAt);

    /// <summary>The one workspace with this id, or all that this caller may see where none is named.</summary>
    public async ValueTask<Outcome<Workspace[]>> WorkspacesAsync(string? id, CancellationToken cancel)
    {
        if (id is null)
        {
            return Visible(Known.Workspaces.Values).ToArray();
        }
        var (workspace, problem) = await WorkspaceAsync(id, Permission.VIEW, cancel, "workspaceId");
        return problem is not null ? problem : new[] { workspace! };
    }

    /// <summary>Why this caller may not change which workspaces there are; null where it may.</summary>
    /// <param name="needsAll">Whether it takes a token that opens all workspaces.</param>
    public Problem? CheckAdministrator(bool needsAll = true) =>
        !Creator.IsAdministrator ? Problems.Forbidden("That takes a token made by an Owner or Administrator.")
        : needsAll && token.Workspaces is not null ? Problems.Forbidden("That takes a token that opens all workspaces.")
        : null;

    /// <summary>Why this token does not open a workspace; null where it does.</summary>
    public Problem? CheckOpens(string workspace) =>
        token.Workspaces is { } granted && !granted.Contains(workspace)
            ? Problems.Forbidden("This token does not open that workspace.") : null;

    /// <summary>
    /// The workspace with this id, where the caller may do <paramref name="permission"/> in it;
    /// 404 for whatever is another company's.
    /// </summary>
    /// <param name="field">Where the request named the workspace, when not in the path.</param>
    public async ValueTask<Outcome<Workspace>> WorkspaceAsync(
        string? id, Permission permission, CancellationToken cancel, string? field = null) =>
        IdKind.Workspace.TryParse(id, out var parsed)
            ? await EnterAsync(parsed.Partition, permission, "workspace", field, cancel)
            : Problems.NotFound("workspace", field);

    /// <summary>
    /// The workspace that holds what an id names, as <see cref="WorkspaceAsync"/> does;
    /// what is not there is a missing <paramref name="what"/>.
    /// </summary>
    public ValueTask<Outcome<Workspace>> AuthorizeAsync(Id id, string what, Permission permission, CancellationToken cancel) =>
        EnterAsync(id.Partition, permission, what, null, cancel);

    /// <summary>In whose name this caller approves: its creator's, or that of whom an Owner's or Administrator's token names.</summary>
    /// <param name="id">What the request's <c>approvedBy</c> says.</param>
    public async ValueTask<Outcome<User>> ApproverAsync(string? id, CancellationToken cancel)
    {
        if (id is null || id == CreatorId)
        {
            return Creator;
        }
        if (!Creator.IsAdministrator)
        {
            return Problems.Forbidden("A token approves in its creator's name; to name another it takes one of an Owner or Administrator.");
        }
        return IdKind.User.TryParse(id, out var user) && user.Partition == CompanyKey
            && (await directory.FindAsync(CompanyKey, user.Key, cancel))?.User is { } approver
            ? approver : Problems.NotFound("user", "approvedBy");
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

    /// <summary>Why this caller may not do <paramref name="permission"/> in a workspace; null where it may.</summary>
    public Problem? Check(string workspace, Permission permission) =>
        CheckOpens(workspace) is { } closed ? closed
        : Creator.May(permission, workspace) ? null
        : Creator.May(Permission.VIEW, workspace)
        ? Problems.Forbidden($"Who made this token lacks the permission {permission} in that workspace.")
        : Problems.Forbidden("Who made this token has no access to that workspace.");
}

static class CallerExtensions
{
    public static Caller Caller(this HttpContext http) => http.Features.GetRequiredFeature<Caller>();
}
