using System.Text.Json.Serialization;

namespace Planable.Company.Companies;

/// <param name="WorkspaceLimit">How many workspaces the operator lets it have; null means any number.</param>
public sealed record CompanyProfile(string Name, Plan Plan, int? WorkspaceLimit, DateTimeOffset CreatedAt);

[JsonConverter(typeof(JsonStringEnumConverter<Role>))]
public enum Role
{
    OWNER,
    ADMINISTRATOR,
    MEMBER,
    CLIENT,
}

/// <summary>What somebody may do in a workspace. Owners and Administrators may do everything everywhere.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Permission>))]
public enum Permission
{
    VIEW,
    WRITE,
    APPROVE,
    PUBLISH,
    MANAGE,
}

/// <summary>A person in a company: the only truth of who may what.</summary>
/// <param name="Key">The key of the id.</param>
/// <param name="Workspaces">Permissions by workspace key; Owners and Administrators need none.</param>
public sealed record User(
    string Key, string Name, string Email, Role Role,
    IReadOnlyDictionary<string, Permission[]> Workspaces, string? AvatarUrl, DateTimeOffset CreatedAt)
{
    /// <summary>What binds an account to this person, until it is accepted.</summary>
    public Invitation? Invitation { get; init; }

    /// <summary>The key of the account this person signs in with.</summary>
    public string? Account { get; init; }

    public string Id(string company) => Storage.IdKind.User.Format(company, Key);

    [JsonIgnore]
    public bool IsAdministrator => Role is Role.OWNER or Role.ADMINISTRATOR;

    public bool May(Permission permission, string workspace) => PermissionsIn(workspace).Contains(permission);

    public bool MayApprove(string workspace) => May(Permission.VIEW, workspace) && May(Permission.APPROVE, workspace);

    public Permission[] PermissionsIn(string workspace) =>
        IsAdministrator ? Enum.GetValues<Permission>() : Workspaces.GetValueOrDefault(workspace) ?? [];
}

/// <param name="Hash">SHA-256 of its code, in hex.</param>
public sealed record Invitation(string Hash, DateTimeOffset ExpiresAt);
