using Planable.Platform.Hosting;

namespace Planable.Platform.Secrets;

/// <summary>The setting with the address of the Key Vault.</summary>
static class VaultAddress
{
    /// <summary>The vault's address; null if it is not set.</summary>
    public static Uri? Find(IConfiguration configuration) =>
        configuration["KeyVault:vaultUri"] is not { Length: > 0 } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" && uri.PathAndQuery is "/" ? uri
        : throw new StartupFailure(
            $"KeyVault__vaultUri is '{text}', which is not a vault's address such as https://example.vault.azure.net.");

    /// <summary>
    /// The vault's address, for code that must not use secrets on a disk: those do not last, or the app does not find them.
    /// </summary>
    public static Uri Require(IConfiguration configuration) => Find(configuration) ?? throw IsMissing();

    public static StartupFailure IsMissing() => new(
        "Set KeyVault__vaultUri to a vault's address such as https://example.vault.azure.net: "
        + "only a vault keeps the secrets of this storage.");
}
