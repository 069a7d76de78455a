using System.Globalization;

namespace Planable.Platform.Hosting;

/// <summary>Calls a minute: a token's reads, its writes, and an address's without a good token.</summary>
sealed record RateLimitSettings(int Reads, int Writes, int Address);

/// <summary>How URLs that callers give are fetched.</summary>
/// <param name="IdentityHost">The host that gives tokens of our own identity, where there is one.</param>
/// <param name="AnswerTimeout">How long an address, and each that it redirects to, has for its headers.</param>
/// <param name="StallTimeout">How long nothing may come.</param>
/// <param name="Timeout">How long all of it may take; shorter than the host's functionTimeout.</param>
sealed record FetchSettings(string? IdentityHost, TimeSpan AnswerTimeout, TimeSpan StallTimeout, TimeSpan Timeout);

/// <summary>How publishing goes about it.</summary>
/// <param name="Lease">How long whoever publishes a post has it for itself without saying that it is alive.</param>
/// <param name="Timeout">How long a network may take for a post; shorter than the host's functionTimeout.</param>
/// <param name="Retries">How long after an attempt that came to nothing the next is made; after the last the post has failed.</param>
/// <param name="HoldLate">Posts that are later than this are held instead of published; null publishes them however late.</param>
sealed record PublishingSettings(TimeSpan Lease, TimeSpan Timeout, TimeSpan[] Retries, TimeSpan? HoldLate);

/// <summary>What the sandbox is like.</summary>
/// <param name="Latency">How long it takes to answer.</param>
/// <param name="Network">Where it hands on what would be published; null means nowhere.</param>
sealed record SandboxSettings(TimeSpan Latency, Uri? Network);

/// <summary>How syncs of metrics go about it.</summary>
/// <param name="Patience">How long a network has to answer.</param>
/// <param name="Lease">How long whoever syncs a page or post has it for itself; longer than the network has to answer.</param>
sealed record SyncSettings(TimeSpan Patience, TimeSpan Lease);

/// <summary>What can be set besides storage and where to listen; a wrong value stops the start, and names the setting.</summary>
/// <param name="PublicBaseUrl">Where callers reach the app; null means where a call came to.</param>
/// <param name="ClientAddressHeader">The header in which a trusted front end says who calls; null means that callers connect to us.</param>
/// <param name="RemovalWait">How long a deleted workspace's data waits: longer than anything remembers the workspace, in production.</param>
/// <param name="GiveUpAfter">How long after its message a write may still come to be.</param>
/// <param name="MediaLease">How long a worker that brings a file is waited for without a sign of it.</param>
sealed record AppSettings(Uri? PublicBaseUrl, string? ClientAddressHeader, TimeSpan RemovalWait, TimeSpan GiveUpAfter, RateLimitSettings RateLimits,
    FetchSettings Fetch, PublishingSettings Publishing, SandboxSettings Sandbox, SyncSettings Syncs, TimeSpan MediaLease)
{
    public static AppSettings Read(IConfiguration configuration) => new(
        BaseUrl(configuration, nameof(PublicBaseUrl)),
        configuration[nameof(ClientAddressHeader)] is { Length: > 0 } header ? header : null,
        Duration(configuration, "WorkspaceRemoval:Wait", TimeSpan.FromMinutes(1)),
        Duration(configuration, "FollowUps:GiveUpAfter", TimeSpan.FromMinutes(15)),
        new(Number(configuration, "RateLimits:Reads", 600), Number(configuration, "RateLimits:Writes", 120), Number(configuration, "RateLimits:Address", 60)),
        new(
            Uri.TryCreate(configuration["IDENTITY_ENDPOINT"], UriKind.Absolute, out var identity) ? identity.IdnHost : null,
            Duration(configuration, "Fetch:AnswerTimeout", TimeSpan.FromSeconds(15)),
            Duration(configuration, "Fetch:StallTimeout", TimeSpan.FromSeconds(10)),
            Duration(configuration, "Fetch:Timeout", TimeSpan.FromMinutes(3))),
        new(
            Duration(configuration, "Publishing:Lease", TimeSpan.FromMinutes(1)),
            Duration(configuration, "Publishing:Timeout", TimeSpan.FromMinutes(4)),
            Durations(configuration, "Publishing:Retries", "00:01:00,00:05:00,00:15:00,01:00:00"),
            configuration["Publishing:HoldLate"] is { Length: > 0 } ? Duration(configuration, "Publishing:HoldLate", default) : null),
        new(
            configuration["Sandbox:Latency"] is { Length: > 0 } ? Duration(configuration, "Sandbox:Latency", default) : TimeSpan.Zero,
            BaseUrl(configuration, "Sandbox:Network")),
        new(Duration(configuration, "Syncs:Patience", TimeSpan.FromSeconds(30)), Duration(configuration, "Syncs:Lease", TimeSpan.FromSeconds(90))),
        Duration(configuration, "Media:Lease", TimeSpan.FromMinutes(1)));

    static TimeSpan[] Durations(IConfiguration configuration, string name, string otherwise) =>
        [.. (configuration[name] is { Length: > 0 } text ? text : otherwise).Split(',').Select(one => Duration(name, one))];

    public static TimeSpan Duration(IConfiguration configuration, string name, TimeSpan otherwise) =>
        configuration[name] is { Length: > 0 } text ? Duration(name, text) : otherwise;

    static TimeSpan Duration(string name, string text) =>
        TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value > TimeSpan.Zero ? value
        : throw new StartupFailure($"{Variable(name)} is '{text}', which is not a duration such as 00:01:00.");

    static int Number(IConfiguration configuration, string name, int otherwise) =>
        configuration[name] is not { Length: > 0 } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 ? value
        : throw new StartupFailure($"{Variable(name)} is '{text}', which is not a whole number above 0.");

    public static bool Switch(IConfiguration configuration, string name) =>
        configuration[name] is { Length: > 0 } text
        && (bool.TryParse(text, out var value) ? value : throw new StartupFailure($"{Variable(name)} is '{text}', which is neither true nor false."));

    /// <summary>The Key Vault that keeps secrets; null where none is set.</summary>
    public static Uri? Vault(IConfiguration configuration) =>
        configuration["KeyVault:vaultUri"] is not { Length: > 0 } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" && uri.PathAndQuery is "/" ? uri
        : throw new StartupFailure($"KeyVault__vaultUri is '{text}', which is not a vault's address such as https://example.vault.azure.net.");

    /// <summary>The vault, where there must be one: secrets on a disk do not last, or are not where the app looks for them.</summary>
    public static Uri RequiredVault(IConfiguration configuration) => Vault(configuration) ?? throw VaultIsMissing();

    public static StartupFailure VaultIsMissing() => new(
        "Set KeyVault__vaultUri to a vault's address such as https://example.vault.azure.net: only a vault keeps the secrets of this storage.");

    static Uri? BaseUrl(IConfiguration configuration, string name) =>
        configuration[name] is not { Length: > 0 } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url
        : throw new StartupFailure($"{Variable(name)} is '{text}', which is not an address such as https://api.example.com.");

    /// <summary>A setting as an environment variable has it.</summary>
    static string Variable(string name) => name.Replace(":", "__", StringComparison.Ordinal);
}
