using Planable.Company.Companies;
using Planable.Company.Tokens;

namespace Planable.Doors.ContentSystems;

/// <summary>Calls on behalf of a person, in one workspace: of a connection's maker, or of whoever makes one on a page.</summary>
static class ConnectionCaller
{
    /// <param name="key">Names the caller.</param>
    /// <param name="view">The person, who is in the company.</param>
    public static Caller Of(string workspace, string key, CompanyView view, CompanyDirectory directory, string origin = "") => new(
        new(key, workspace[..8], view.User!.Key, "", Scope.Write, [workspace], default, ExpiresAt: null, Hash: ""),
        view, directory, origin);
}
