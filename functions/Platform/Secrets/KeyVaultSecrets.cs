using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using Planable.Platform.Hosting;

namespace Planable.Platform.Secrets;

/// <summary>Key Vault, as the app's identity. A name that was deleted stays taken: setting it again fails.</summary>
/// <param name="client">Lazy, for most calls need no vault.</param>
sealed class KeyVaultSecrets(Lazy<SecretClient> client) : SecretStore
{
    public static SecretClientOptions Options(IServiceProvider provider)
    {
        var options = new SecretClientOptions().For(provider);
        // With the waits between them, four tries are over before the call is.
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(6);
        options.RetryPolicy = new Patience();
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
            // Not readable from here on; that the vault has yet to put it away concerns nobody, and purging it is not ours.
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

    /// <summary>
    /// Waits as long as a throttling vault says, unless that is longer than a call can:
    /// then the caller is better told at once.
    /// </summary>
    sealed class Patience() : RetryPolicy(maxRetries: 3, DelayStrategy.CreateExponentialDelayStrategy(TimeSpan.FromMilliseconds(500)))
    {
        const int LongestWait = 5;

        protected override ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
            message.HasResponse && message.Response.Headers.TryGetValue("Retry-After", out var wait)
            && !(int.TryParse(wait, CultureInfo.InvariantCulture, out var seconds) && seconds <= LongestWait)
                ? new(false) : base.ShouldRetryAsync(message, exception);
    }
}
