using System.Collections.Concurrent;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Doors.OAuth;

/// <summary>A client that registered itself, as stored.</summary>
/// <param name="UsedAt">When a person first consented to it; null if nobody has.</param>
sealed record RegisteredClient(string Id, string Name, string[] Redirects, DateTimeOffset CreatedAt, DateTimeOffset? UsedAt = null);

/// <summary>
/// The apps that can ask for access. An app describes itself in a document at its id, which is a URL, or it registers. Table companies,
/// partition <c>oauth</c>: rows <c>client~</c>id. A registration that nobody used for 30 days is removed.
/// </summary>
/// <remarks>Sources: draft-ietf-oauth-client-id-metadata-document-00; RFC 7591.</remarks>
sealed class OAuthClients(Tables tables, GuardedClient http, TimeProvider time)
{
    const string Prefix = "client~", IdPrefix = "client_";
    const int MostBytes = 5 * 1024, MostRemembered = 1_000, LongestId = 500;

    static readonly TimeSpan Unused = TimeSpan.FromDays(30), Timeout = TimeSpan.FromSeconds(10),
        LeastAge = TimeSpan.FromMinutes(5), MostAge = TimeSpan.FromDays(1);

    readonly ConcurrentDictionary<string, (OAuthClient Client, DateTimeOffset Until)> _documents = new(StringComparer.Ordinal);

    /// <summary>The client with this id, or why there is none.</summary>
    public async Task<(OAuthClient? Client, string? Fault)> FindAsync(string id, CancellationToken cancel) =>
        id.Length is 0 or > LongestId ? (null, "client_id is required.")
        : OAuthClient.IsDocument(id) ? await DescribedAsync(id, cancel)
        : await RegisteredAsync(id, cancel) is { } client ? (new(client.Id, client.Name, client.Redirects), null)
        : (null, "There is no client with this client_id. The app must register again.");

    /// <summary>Registers a client.</summary>
    public async Task<RegisteredClient> RegisterAsync(string name, string[] redirects, CancellationToken cancel)
    {
        var client = new RegisteredClient(IdPrefix + Base32.NewName(), name, redirects, time.GetUtcNow());
        try
        {
            await tables.Companies.AddEntityAsync(
                new TableEntity(GrantKey.Partition, Prefix + client.Id).With(client, OAuthStoredJson.Default.RegisteredClient), cancel);
        }
        catch (RequestFailedException e) when (e.Status is StatusCodes.Status409Conflict)
        {
            // The row is our own: the SDK sent the request again after a lost answer.
        }
        return client;
    }

    /// <summary>Keeps a registration, because a person consented to the client.</summary>
    public Task KeepAsync(OAuthClient client, CancellationToken cancel) => OAuthClient.IsDocument(client.Id) ? Task.CompletedTask
        : tables.Companies.ChangeAsync(GrantKey.Partition, Prefix + client.Id, OAuthStoredJson.Default.RegisteredClient,
            known => known is null or { UsedAt: not null } ? null : known with { UsedAt = time.GetUtcNow() }, cancel);

    /// <summary>Removes the registrations that nobody used.</summary>
    public async Task SweepAsync(CancellationToken cancel)
    {
        await foreach (var row in tables.Companies.RangeAsync(GrantKey.Partition, Prefix, cancel: cancel))
        {
            if (IsUnused(row.Read(OAuthStoredJson.Default.RegisteredClient)))
            {
                try
                {
                    await tables.Companies.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancel);
                }
                catch (RequestFailedException e) when (StorageOutcome.IsConflict(e))
                {
                    // Somebody uses it now.
                }
            }
        }
    }

    bool IsUnused(RegisteredClient client) => client.UsedAt is null && time.GetUtcNow() - client.CreatedAt > Unused;

    async Task<RegisteredClient?> RegisteredAsync(string id, CancellationToken cancel) =>
        id.Length == IdPrefix.Length + Base32.NameLength && id.StartsWith(IdPrefix, StringComparison.Ordinal)
        && !id.AsSpan(IdPrefix.Length).ContainsAnyExcept(Base32.Characters)
        && (await tables.Companies.FindAsync(GrantKey.Partition, Prefix + id, cancel))?.Read(OAuthStoredJson.Default.RegisteredClient)
            is { } client && !IsUnused(client) ? client : null;

    async Task<(OAuthClient?, string?)> DescribedAsync(string id, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (_documents.TryGetValue(id, out var known) && known.Until > now)
        {
            return (known.Client, null);
        }
        if (!Uri.TryCreate(id, UriKind.Absolute, out var url) || url.AbsoluteUri != id || url.AbsolutePath is "/" || url.Query.Length > 0
            || url.Fragment.Length > 0 || url.UserInfo.Length > 0 || !(url.Scheme is "https" || url.IsLoopback)
            || http.Check(id) is not null)
        {
            return (null, "client_id must be a public https URL with a path, written as it is called.");
        }
        GuardedAnswer answer;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { { "Accept", "application/json" } } };
            answer = await http.SendAsync(request, Timeout, MostBytes + 1, cancel);
        }
        catch (FetchFailure failure)
        {
            return (null, "The document at client_id could not be read. " + failure.Message);
        }
        if (answer.Status is not StatusCodes.Status200OK || answer.Body.Length > MostBytes)
        {
            return (null, answer.Status is StatusCodes.Status200OK ? $"The document at client_id is larger than {MostBytes} bytes."
                : $"The document at client_id could not be read. The address answered {answer.Status}.");
        }
        var (client, fault) = Read(id, answer.Body);
        if (client is not null)
        {
            if (_documents.Count >= MostRemembered)
            {
                _documents.Clear();
            }
            var age = answer.MaxAge ?? LeastAge;
            _documents[id] = (client, now + (age < LeastAge ? LeastAge : age > MostAge ? MostAge : age));
        }
        return (client, fault);
    }

    static (OAuthClient?, string?) Read(string id, string text)
    {
        try
        {
            var document = JsonSerializer.Deserialize(text, OAuthApiJson.Default.ClientMetadata);
            return document?.ClientId != id ? (null, "The document at client_id does not name itself as client_id.")
                : document.Fault() is { } fault ? (null, "The document at client_id is not valid. " + fault.Description)
                : (new(id, document.Name, document.RedirectUris!), null);
        }
        catch (JsonException)
        {
            return (null, "The document at client_id is not valid JSON of a client.");
        }
    }
}

/// <summary>What an app says of itself, in its document or when it registers.</summary>
sealed record ClientMetadata(string? ClientId, string? ClientName, string[]? RedirectUris, string[]? GrantTypes, string[]? ResponseTypes)
{
    /// <summary>The name to show; without one, the first redirect's host.</summary>
    public string Name => ClientName is { } name && !BlankText.Is(name) ? name : new Uri(RedirectUris![0]).Host is { Length: > 0 } host ? host
        : new Uri(RedirectUris![0]).Scheme;

    /// <summary>What is wrong with it; null if nothing is.</summary>
    public OAuthRefusal? Fault() =>
        RedirectUris is not { Length: > 0 and <= OAuthClient.MostRedirects }
            ? new(OAuthErrors.InvalidRedirectUri, $"redirect_uris must have 1 to {OAuthClient.MostRedirects} addresses.")
        : RedirectUris.Select(OAuthClient.Check).FirstOrDefault(fault => fault is not null) is { } wrong
            ? new(OAuthErrors.InvalidRedirectUri, "redirect_uris: " + wrong)
        : ClientName?.EnumerateRunes().Count() > OAuthClient.LongestName || ClientName?.Any(char.IsControl) is true
            ? new(OAuthErrors.InvalidClientMetadata, $"client_name must have at most {OAuthClient.LongestName} characters.")
        : GrantTypes?.Contains("authorization_code") is false
            ? new(OAuthErrors.InvalidClientMetadata, "grant_types must have authorization_code.")
        : ResponseTypes?.Contains("code") is false ? new(OAuthErrors.InvalidClientMetadata, "response_types must have code.")
        : null;
}
