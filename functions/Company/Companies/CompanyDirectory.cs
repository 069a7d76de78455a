using System.Collections.Concurrent;

namespace Planable.Company.Companies;

/// <summary>A company as one caller's creator sees it.</summary>
/// <param name="User">Null when the creator has left.</param>
public sealed record CompanyView(string Key, CompanyProfile Company, IReadOnlyDictionary<string, Workspace> Workspaces, User? User);

/// <summary>
/// Companies, their workspaces and users, remembered for at most 10 seconds: so soon does a change made elsewhere bite. What this instance
/// changes itself it forgets at once.
/// </summary>
sealed class CompanyDirectory(CompanyStore companies, TimeProvider time)
{
    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);
    const int MostRemembered = 10_000;

    readonly ConcurrentDictionary<string, Remembered> _views = new(StringComparer.Ordinal);

    public async Task<CompanyView?> FindAsync(string company, string user, CancellationToken cancel)
    {
        var key = company + user;
        if (_views.TryGetValue(key, out var remembered) && time.GetElapsedTime(remembered.Since) < Lifetime)
        {
            return await remembered.View.WaitAsync(cancel);
        }
        if (_views.Count > MostRemembered)
        {
            _views.Clear();
        }
        // Read for whoever else asks meanwhile too, so this caller's going away must not end it.
        var fresh = new Remembered(companies.ViewAsync(company, user, CancellationToken.None), time.GetTimestamp());
        _views[key] = fresh;
        try
        {
            return await fresh.View.WaitAsync(cancel);
        }
        catch
        {
            _views.TryRemove(new(key, fresh));
            throw;
        }
    }

    /// <summary>A workspace that the view may be too old to know is looked for once more.</summary>
    public async ValueTask<Workspace?> WorkspaceAsync(CompanyView view, string workspace, CancellationToken cancel) =>
        view.Workspaces.GetValueOrDefault(workspace)
        ?? (await companies.FindWorkspaceAsync(workspace, cancel) is { DeletedAt: null } found ? found : null);

    public void Forget(string company)
    {
        foreach (var key in _views.Keys.Where(key => key.StartsWith(company, StringComparison.Ordinal)))
        {
            _views.TryRemove(key, out _);
        }
    }

    sealed record Remembered(Task<CompanyView?> View, long Since);
}
