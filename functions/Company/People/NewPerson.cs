using System.Net.Mail;
using Planable.Company.Companies;
using Planable.Platform;

namespace Planable.Company.People;

/// <summary>A person to add to a company.</summary>
/// <param name="Workspaces">The keys of the workspaces that a Member or Client has access to.</param>
/// <param name="Permissions">The permissions in each of them. Every permission includes VIEW.</param>
sealed record NewPerson(string Email, string Name, Role Role, string[] Workspaces, Permission[] Permissions)
{
    public const int LongestName = 80, LongestEmail = 254;

    /// <summary>What is wrong with an e-mail address; null if nothing is.</summary>
    public static string? CheckEmail(string text) =>
        text.Length <= LongestEmail && MailAddress.TryCreate(text, out var address) && address.Address == text
            ? null : "Must be an e-mail address.";

    /// <summary>What is wrong with a name; null if nothing is.</summary>
    public static string? CheckName(string text) =>
        text.EnumerateRunes().Count() is > 0 and <= LongestName && !text.Any(char.IsControl)
            ? null : $"Must have 1 to {LongestName} characters.";

    /// <summary>The fields that are wrong.</summary>
    public FieldError[] Check()
    {
        (string Field, string? Fault)[] all =
        [
            ("email", CheckEmail(Email)),
            ("name", CheckName(Name)),
            ("workspaces", Role is Role.OWNER or Role.ADMINISTRATOR && Workspaces.Length > 0
                ? "An Owner or Administrator already has access to every workspace."
                : Permissions.Length > 0 && Workspaces.Length == 0 ? "Choose the workspaces that the permissions are for." : null),
            ("permissions", Workspaces.Length > 0 && Permissions.Length == 0 ? "Choose what the person may do in the workspaces." : null),
        ];
        return [.. all.Where(one => one.Fault is not null).Select(one => new FieldError(one.Field, one.Fault!))];
    }

    public User ToUser(string key, DateTimeOffset now)
    {
        Permission[] granted = [.. Permissions.Append(Permission.VIEW).Distinct().Order()];
        return new(key, Name, Email, Role, Workspaces.Distinct().ToDictionary(one => one, _ => granted), null, now);
    }
}

/// <summary>A person with an invitation.</summary>
/// <param name="Code">Send it to that person only: whoever has it can become that user.</param>
sealed record Invited(User User, string Code)
{
    public DateTimeOffset ExpiresAt => User.Invitation!.ExpiresAt;
}

/// <summary>A change of what a person may do in a workspace. Granting any permission also grants VIEW; revoking VIEW revokes all.</summary>
/// <param name="Workspace">The key of the workspace.</param>
sealed record PermissionChange(string Workspace, Permission[] Granted, Permission[] Revoked)
{
    public Permission[] Of(Permission[] known)
    {
        var permissions = Granted.Length == 0 ? known : known.Concat(Granted).Append(Permission.VIEW);
        return Revoked.Contains(Permission.VIEW) ? [] : [.. permissions.Distinct().Except(Revoked).Order()];
    }
}
