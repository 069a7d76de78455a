using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform.Http;

namespace Planable.Company.Members;

static class MemberEndpoints
{
    public static IServiceCollection AddMembers(this IServiceCollection services) => services.AddApiJson(MemberApiJson.Default);

    public static void MapMembers(this IEndpointRouteBuilder api)
    {
        var members = api.MapGroup("/members").WithTags("Members");
        members.MapGet("/", ListMembers).Fails(400, 404);
    }

    /// <summary>List members</summary>
    /// <remarks>Everybody who has access to a workspace, with their permissions; newest first.</remarks>
    /// <param name="workspaceId">The workspace.</param>
    /// <response code="200">The members.</response>
    internal static async Task<OrProblem<Ok<Items<MemberResponse>>>> ListMembers(
        string workspaceId, Caller caller, CompanyStore companies, CancellationToken cancel)
    {
        var (workspace, problem) = await caller.WorkspaceAsync(workspaceId, Permission.VIEW, cancel, nameof(workspaceId));
        if (problem is not null)
        {
            return problem;
        }
        var hideEmails = workspace!.HideEmailsFromClients && caller.Creator.Role is Role.CLIENT;
        return TypedResults.Ok(new Items<MemberResponse>(
        [
            .. from user in await companies.UsersAsync(caller.CompanyKey, cancel)
               where user.May(Permission.VIEW, workspace.Key)
               select MemberResponse.Of(user, caller.CompanyKey, workspace, hideEmails),
        ]));
    }
}

/// <summary>A person with access to a workspace.</summary>
/// <param name="Id">The person's id.</param>
/// <param name="Name">The name.</param>
/// <param name="Email">The e-mail address; empty if the caller is a client and the workspace hides addresses from clients.</param>
/// <param name="Permissions">The person's permissions in the workspace: VIEW, WRITE, APPROVE, PUBLISH, MANAGE. MANAGE allows nothing
/// yet.</param>
/// <param name="Membership">The person's role in the company.</param>
/// <param name="IsApprover">Whether the person has the permission APPROVE.</param>
/// <param name="AvatarUrl">The URL of the person's picture; null if there is none.</param>
/// <param name="ApprovalLevelIds">The ids of the levels at which the person may approve.</param>
sealed record MemberResponse(
    string Id,
    string Name,
    string Email,
    Permission[] Permissions,
    Role Membership,
    bool IsApprover,
    [property: Url, JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? AvatarUrl,
    string[]? ApprovalLevelIds = null)
{
    public static MemberResponse Of(User user, string company, Workspace workspace, bool hideEmail)
    {
        var id = user.Id(company);
        var permissions = user.PermissionsIn(workspace.Key);
        return new(
            id, user.Name, hideEmail ? "" : user.Email, permissions, user.Role, permissions.Contains(Permission.APPROVE), user.AvatarUrl,
            workspace.ApprovalSettings.ApprovalLevels?
                .Where(level => user.MayApprove(workspace.Key) && level.IsOf(id)).Select(level => level.Id).ToArray());
    }
}
