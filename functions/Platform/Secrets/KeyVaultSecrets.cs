using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using Planable.Platform.Hosting;

namespace Planable.Platform.Secrets;

/// <summary>Secrets in Key Vault, with the app's identity. The name of a deleted secret stays taken: setting it again fails.</summary>
/// <param name="client">Lazy, because most calls need no vault.</param>
sealed class KeyVaultSecrets(Lazy<SecretClient> client) : SecretStore
{
    public static SecretClientOptions Options(IServiceProvider provider)
    {
        var options = new SecretClientOptions().For(provider);
        // Four tries, with the waits between them, must end before the call's deadline.
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(6);
        options.RetryPolicy = new ShortRetryPolicy();
        return options;
    }

    public override Task SetAsync(string name, string value, CancellationToken cancel)
    {
        Check(name, value);
        return client.Value.SetSecretAsync(name, value, cancel);
    }

    public override async Task<string?> GetAsync(string name, CancellationToken cancel)
    {
        Check(name);
        try
        {
            return (await client.Value.GetSecretAsync(name, cancellationToken: cancel)).Value.Value;
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status404NotFound)
        {
            return null;
        }
    }

    public override async Task DeleteAsync(string name, CancellationToken cancel)
    {
        Check(name);
        try
        {
            // The secret cannot be read from now on. We need not wait until the vault has finished, and we do not purge it.
            await client.Value.StartDeleteSecretAsync(name, cancel);
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status404NotFound or StatusCodes.Status409Conflict)
        {
            // Deleted already, or being deleted.
        }
    }

    public override async IAsyncEnumerable<SecretEntry> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var secret in client.Value.GetPropertiesOfSecretsAsync(cancel))
        {
            if (secret.Name.StartsWith(prefix, StringComparison.Ordinal))
            {
                yield return new(secret.Name, secret.CreatedOn!.Value);
            }
        }
    }

    /// <summary>Waits as long as a throttling vault asks, unless that is longer than a call can wait: then it fails at once.</summary>
    sealed class ShortRetryPolicy() : RetryPolicy(
        maxRetries: 3, DelayStrategy.CreateExponentialDelayStrategy(TimeSpan.FromMilliseconds(500)))
    {
        const int LongestWait = 5;

        protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
            message.HasResponse && message.Response.Headers.TryGetValue("Retry-After", out var wait)
            && !(int.TryParse(wait, CultureInfo.InvariantCulture, out var seconds) && seconds <= LongestWait)
                ? new(false) : base.ShouldRetryAsync(message, exception);
    }
}
