using System.Collections.Concurrent;

namespace Planable.Platform.Secrets;

/// <summary>Reads secrets whose names never get another value, and remembers them.</summary>
sealed class RememberedSecrets(SecretStore vault)
{
    const int Most = 10_000;

    readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>Null if the vault does not have it.</summary>
    public async ValueTask<string?> GetAsync(string name, CancellationToken cancel)
    {
        if (_known.TryGetValue(name, out var known))
        {
            return known;
        }
        if (await vault.GetAsync(name, cancel) is not { } secret)
        {
            return null;
        }
        if (_known.Count >= Most)
        {
            _known.Clear();
        }
        return _known[name] = secret;
    }
}
