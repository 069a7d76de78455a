using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using Planable.Platform;
using Planable.Platform.Secrets;
using Planable.Storage;

namespace Planable.Doors.OAuth;

/// <summary>
/// The key from which the codes and tokens of grants are made. It is a secret in the vault, made once; row <c>key</c> of partition
/// <c>oauth</c> in table companies names it, so that all instances use the same.
/// </summary>
sealed class GrantKey(Tables tables, SecretStore secrets)
{
    public const string SecretPrefix = "oauth-", Partition = "oauth", SecretColumn = "Secret";

    const string Row = "key";

    byte[]? _key;

    public async ValueTask<byte[]> GetAsync(CancellationToken cancel) => _key ??= Convert.FromHexString(await ReadAsync(cancel));

    async Task<string> ReadAsync(CancellationToken cancel)
    {
        if (await NameAsync(cancel) is { } known)
        {
            return await SecretAsync(known, cancel);
        }
        var (name, key) = (SecretPrefix + Base32.NewName(), RandomNumberGenerator.GetHexString(64, lowercase: true));
        await secrets.SetAsync(name, key, cancel);
        try
        {
            await tables.Companies.AddEntityAsync(new TableEntity(Partition, Row) { [SecretColumn] = name }, cancel);
            return key;
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status409Conflict)
        {
            // Another instance was first, or the SDK sent the request again after a lost answer.
            var first = (await NameAsync(cancel))!;
            if (first != name)
            {
                await secrets.DeleteAsync(name, cancel);
            }
            return await SecretAsync(first, cancel);
        }
    }

    async Task<string?> NameAsync(CancellationToken cancel) =>
        (await tables.Companies.FindAsync(Partition, Row, cancel))?.GetString(SecretColumn);

    async Task<string> SecretAsync(string name, CancellationToken cancel) => await secrets.GetAsync(name, cancel)
        ?? throw new InvalidOperationException($"The vault lacks the secret {name}, from which the tokens of apps are made.");
}
