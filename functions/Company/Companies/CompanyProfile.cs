using System.Text.Json.Serialization;

namespace Planable.Company.Companies;

/// <param name="WorkspaceLimit">The most workspaces that the operator allows; null means any number.</param>
public sealed record CompanyProfile(string Name, Plan Plan, int? WorkspaceLimit, DateTimeOffset CreatedAt)
{
    /// <summary>How many there are who are told of events. While there are none, a write announces no events.</summary>
    public int Listeners { get; init; }

    /// <summary>Whether Members and Clients may connect apps, each with their own rights.</summary>
    public bool MembersConnectApps { get; init; }
}

/// <summary>A person's role in the company.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Role>))]
public enum Role
{
    OWNER,
    ADMINISTRATOR,
    MEMBER,
    CLIENT,
}

/// <summary>What a user may do in a workspace. Owners and Administrators have all permissions in all workspaces.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Permission>))]
public enum Permission
{
    VIEW,
    WRITE,
    APPROVE,
    PUBLISH,
    MANAGE,
}

/// <summary>A person in a company. Only this row says what a user may do.</summary>
/// <param name="Key">The key part of the id.</param>
/// <param name="Workspaces">Permissions by workspace key; Owners and Administrators need none.</param>
public sealed record User(
    string Key, string Name, string Email, Role Role,
    IReadOnlyDictionary<string, Permission[]> Workspaces, string? AvatarUrl, DateTimeOffset CreatedAt)
{
    /// <summary>The open invitation, which binds an account to this person once it is accepted.</summary>
    public Invitation? Invitation { get; init; }

    /// <summary>The key of the account that this person signs in with.</summary>
    public string? Account { get; init; }

    public string Id(string company) => Storage.IdKind.User.Format(company, Key);

    [JsonIgnore]
    public bool IsAdministrator => Role is Role.OWNER or Role.ADMINISTRATOR;

    public bool May(Permission permission, string workspace) => PermissionsIn(workspace).Contains(permission);

    public bool MayApprove(string workspace) => May(Permission.VIEW, workspace) && May(Permission.APPROVE, workspace);

    public Permission[] PermissionsIn(string workspace) =>
        IsAdministrator ? Enum.GetValues<Permission>() : Workspaces.GetValueOrDefault(workspace) ?? [];
}

/// <param name="Hash">SHA-256 of the invitation's code, in hex.</param>
public sealed record Invitation(string Hash, DateTimeOffset ExpiresAt);
