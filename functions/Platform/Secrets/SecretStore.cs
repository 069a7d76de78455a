using System.Buffers;
using System.Text;
using Azure.Core;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Planable.Platform.Secrets;

/// <summary>A secret's name, and when its value was set; without the value.</summary>
sealed record SecretEntry(string Name, DateTimeOffset CreatedAt);

/// <summary>
/// Stores, by name, values that must never be in a table, a setting or a log. A name has 1 to 127 lowercase letters, digits and hyphens.
/// Use it for one value only: a vault keeps a deleted secret, and so its name, for a while.
/// </summary>
abstract class SecretStore
{
    /// <summary>The most bytes of a value, in UTF-8: the limit of Key Vault.</summary>
    public const int MaxValue = 25_000;

    static readonly SearchValues<char> NameCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz-");

    public abstract Task SetAsync(string name, string value, CancellationToken cancel);

    /// <summary>The value; null if there is none, or it was deleted.</summary>
    public abstract Task<string?> GetAsync(string name, CancellationToken cancel);

    /// <summary>Deletes a secret. Does nothing if there is none.</summary>
    public abstract Task DeleteAsync(string name, CancellationToken cancel);

    /// <summary>
    /// The secrets whose name starts with this. It reads the whole vault, 25 secrets a call: for timers and operators only.
    /// </summary>
    public abstract IAsyncEnumerable<SecretEntry> ListAsync(string prefix, CancellationToken cancel);

    protected static void Check(string name)
    {
        if (name.Length is 0 or > 127 || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            throw new ArgumentException($"'{name}' is not a valid name of a secret.", nameof(name));
        }
    }

    protected static void Check(string name, string value)
    {
        Check(name);
        if (Encoding.UTF8.GetByteCount(value) > MaxValue)
        {
            throw new ArgumentException($"The value of {name} is longer than {MaxValue} bytes.", nameof(value));
        }
    }
}

static class SecretServices
{
    /// <summary>Each feature that remembers secrets calls this; they share one memory.</summary>
    public static IServiceCollection AddRememberedSecrets(this IServiceCollection services)
    {
        services.TryAddSingleton<RememberedSecrets>();
        return services;
    }

    public static IServiceCollection AddKeyVault(this IServiceCollection services, Uri vault) =>
        services.AddSingleton<SecretStore>(provider =>
            new KeyVaultSecrets(new Lazy<SecretClient>(() =>
                new SecretClient(vault, provider.GetRequiredService<TokenCredential>(), KeyVaultSecrets.Options(provider)))));
}
