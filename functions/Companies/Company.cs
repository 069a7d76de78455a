using System.Text.Json.Serialization;

namespace Planable.Companies;

/// <param name="WorkspaceLimit">How many workspaces the operator lets it have; null means any number.</param>
sealed record Company(string Name, Plan Plan, int? WorkspaceLimit, DateTimeOffset CreatedAt);

[JsonConverter(typeof(JsonStringEnumConverter<Role>))]
enum Role
{
    OWNER,
    ADMINISTRATOR,
    MEMBER,
    CLIENT,
}

/// <summary>What somebody may do in a workspace. Owners and Administrators may do everything everywhere.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Permission>))]
enum Permission
{
    VIEW,
    WRITE,
    APPROVE,
    PUBLISH,
    MANAGE,
}

/// <summary>A person in a company: the only truth of who may what.</summary>
/// <param name="Key">The own part of the id.</param>
/// <param name="Workspaces">Permissions by workspace key; Owners and Administrators need none.</param>
sealed record User(
    string Key, string Name, string Email, Role Role, Dictionary<string, Permission[]> Workspaces, string? AvatarUrl, DateTimeOffset CreatedAt)
{
    public bool May(Permission permission, string workspace) => PermissionsIn(workspace).Contains(permission);

    public Permission[] PermissionsIn(string workspace) =>
        Role is Role.OWNER or Role.ADMINISTRATOR ? Enum.GetValues<Permission>() : Workspaces.GetValueOrDefault(workspace) ?? [];
}
