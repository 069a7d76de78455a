using System.Collections.Concurrent;

namespace Planable.Company.Companies;

/// <summary>A company, and the user for whom it was read.</summary>
/// <param name="User">Null if the user has left the company.</param>
public sealed record CompanyView(string Key, CompanyProfile Company, IReadOnlyDictionary<string, Workspace> Workspaces, User? User);

/// <summary>
/// Caches companies, their workspaces and users for at most 10 seconds, so a change by another instance takes effect that late. This
/// instance's own changes take effect at once, because it calls <see cref="Forget"/>.
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
        // Other callers share this read, so this caller's cancellation must not end it.
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

    /// <summary>What is cached; null if nothing is.</summary>
    public async ValueTask<CompanyView?> RecallAsync(string company, string user) =>
        _views.TryGetValue(company + user, out var remembered) && time.GetElapsedTime(remembered.Since) < Lifetime
        && remembered.View.IsCompletedSuccessfully ? await remembered.View : null;

    /// <summary>A workspace of the company. If the cached view does not contain it, it is read from storage.</summary>
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
