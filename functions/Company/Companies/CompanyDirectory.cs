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
    readonly Remembered<CompanyView?> _views = new(time);
    readonly Remembered<bool> _listeners = new(time);

    public Task<CompanyView?> FindAsync(string company, string user, CancellationToken cancel) =>
        _views.GetAsync(company + user, () => companies.ViewAsync(company, user, CancellationToken.None), cancel);

    /// <summary>Whether anybody in the company is told of events.</summary>
    /// <param name="user">A user for whom the company may be cached.</param>
    public async ValueTask<bool> HasListenersAsync(string company, string? user, CancellationToken cancel) =>
        user is not null && await RecallAsync(company, user) is { } view ? view.Company.Listeners > 0
        : await _listeners.GetAsync(
            company, async () => (await companies.ReadProfileAsync(company, CancellationToken.None))?.Value.Listeners > 0, cancel);

    /// <summary>What is cached; null if nothing is.</summary>
    public ValueTask<CompanyView?> RecallAsync(string company, string user) => _views.RecallAsync(company + user);

    /// <summary>A workspace of the company. If the cached view does not contain it, it is read from storage.</summary>
    public async ValueTask<Workspace?> WorkspaceAsync(CompanyView view, string workspace, CancellationToken cancel) =>
        view.Workspaces.GetValueOrDefault(workspace)
        ?? (await companies.FindWorkspaceAsync(workspace, cancel) is { DeletedAt: null } found ? found : null);

    public void Forget(string company)
    {
        _views.Forget(company);
        _listeners.Forget(company);
    }

    sealed class Remembered<T>(TimeProvider time)
    {
        static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);
        const int Most = 10_000;

        readonly ConcurrentDictionary<string, Read> _reads = new(StringComparer.Ordinal);

        public async Task<T> GetAsync(string key, Func<Task<T>> read, CancellationToken cancel)
        {
            if (_reads.TryGetValue(key, out var known) && IsFresh(known))
            {
                return await known.Value.WaitAsync(cancel);
            }
            if (_reads.Count > Most)
            {
                _reads.Clear();
            }
            // Other callers share this read, so this caller's cancellation must not end it.
            var fresh = new Read(read(), time.GetTimestamp());
            _reads[key] = fresh;
            try
            {
                return await fresh.Value.WaitAsync(cancel);
            }
            catch
            {
                _reads.TryRemove(new(key, fresh));
                throw;
            }
        }

        /// <summary>What is remembered; the default if nothing is.</summary>
        public async ValueTask<T?> RecallAsync(string key) =>
            _reads.TryGetValue(key, out var known) && IsFresh(known) && known.Value.IsCompletedSuccessfully ? await known.Value : default;

        public void Forget(string prefix)
        {
            foreach (var key in _reads.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)))
            {
                _reads.TryRemove(key, out _);
            }
        }

        bool IsFresh(Read read) => time.GetElapsedTime(read.Since) < Lifetime;

        sealed record Read(Task<T> Value, long Since);
    }
}
