using System.Buffers;
using System.Text;
using Azure.Core;
using Azure.Security.KeyVault.Secrets;

namespace Planable.Platform.Secrets;

/// <summary>A secret there is, without its value; when its value was set.</summary>
sealed record SecretEntry(string Name, DateTimeOffset CreatedAt);

/// <summary>
/// Values that must never be in a table, a setting or a log, by name. A name has 1 to 127 lowercase letters, digits and hyphens, and is
/// used for one value only: a vault keeps what is deleted for a while, and the name with it.
/// </summary>
abstract class SecretStore
{
    /// <summary>Bytes of a value, in UTF-8: what a vault takes.</summary>
    public const int MaxValue = 25_000;

    static readonly SearchValues<char> NameCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz-");

    public abstract Task SetAsync(string name, string value, CancellationToken cancel);

    /// <summary>The value; null where there is none, or no more.</summary>
    public abstract Task<string?> GetAsync(string name, CancellationToken cancel);

    /// <summary>Afterwards the secret is not there, whether it was or not.</summary>
    public abstract Task DeleteAsync(string name, CancellationToken cancel);

    /// <summary>The secrets whose name begins with this. A vault is asked for all it holds, 25 a call: for timers only.</summary>
    public abstract IAsyncEnumerable<SecretEntry> ListAsync(string prefix, CancellationToken cancel);

    protected static void Check(string name)
    {
        if (name.Length is 0 or > 127 || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            throw new ArgumentException($"'{name}' cannot name a secret.", nameof(name));
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
    public static IServiceCollection AddKeyVault(this IServiceCollection services, Uri vault) =>
        services.AddSingleton<SecretStore>(provider =>
            new KeyVaultSecrets(new Lazy<SecretClient>(() =>
                new SecretClient(vault, provider.GetRequiredService<TokenCredential>(), KeyVaultSecrets.Options(provider)))));
}
