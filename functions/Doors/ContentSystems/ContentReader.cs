using System.Globalization;
using System.Text.Json;
using Planable.Platform.Http;

namespace Planable.Doors.ContentSystems;

/// <summary>A page of a list of changed entries.</summary>
/// <param name="Count">How many entries it has. Without an id, an entry makes no event.</param>
/// <param name="Newest">When the last of them was changed; null if they do not say.</param>
sealed record ChangedEntries(EntryEvent[] Events, int Count, DateTimeOffset? Newest);

/// <summary>Reads published content from the APIs of content systems.</summary>
sealed class ContentReader(GuardedClient http, ConnectionSecrets secrets, TimeProvider time)
{
    /// <summary>The most bytes of an answer.</summary>
    const int MostBytes = 8 * 1024 * 1024;

    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    static readonly HookMessage NoCall = new(new Dictionary<string, string>(StringComparer.Ordinal), default);

    /// <summary>Whether an entry that a call names must be read, because such calls have no content.</summary>
    public static bool Reads(ContentConnection connection) =>
        connection.Api is not null && ApiSources.Of(connection.Provider)?.One is not null;

    /// <summary>A published entry as it is now; null if it is not published, or is of another type than the connection takes.</summary>
    /// <exception cref="FetchFailure">The API did not answer.</exception>
    public async Task<EntryEvent?> FindAsync(ContentConnection connection, string entry, CancellationToken cancel)
    {
        var (api, source) = (connection.Api!, ApiSources.Of(connection.Provider)!);
        if (!ApiSource.IsPlain(entry))
        {
            return null;
        }
        var values = await ValuesAsync(connection, cancel);
        values["id"] = entry;
        using var answer = await GetAsync(connection, ApiSource.Fill(source.One!, values), StatusCodes.Status404NotFound, cancel);
        return answer?.RootElement.Find(source.OneAt) is { } found
            && (api.Type is null || source.Type is null || found.Text(source.Type) == api.Type)
            ? Read(connection, source.Entries with { Entries = [""] }, found).FirstOrDefault() : null;
    }

    /// <summary>A page of the entries that were changed since a time, by that time.</summary>
    /// <param name="page">Its number, from 1.</param>
    /// <exception cref="FetchFailure">The API did not answer.</exception>
    public async Task<ChangedEntries> ChangedAsync(
        ContentConnection connection, DateTimeOffset since, int page, CancellationToken cancel)
    {
        var source = ApiSources.Of(connection.Provider)!;
        var values = await ValuesAsync(connection, cancel);
        values["since"] = source.Time(since);
        values["page"] = page.ToString(CultureInfo.InvariantCulture);
        values["skip"] = ((page - 1) * source.Size).ToString(CultureInfo.InvariantCulture);
        values["end"] = (page * source.Size).ToString(CultureInfo.InvariantCulture);
        values["size"] = source.Size.ToString(CultureInfo.InvariantCulture);
        var target = source.Changed + (connection.Api!.Type is null ? "" : source.OfType);
        // WordPress answers so after the last page.
        int? none = page > 1 ? StatusCodes.Status400BadRequest : null;
        using var answer = await GetAsync(connection, ApiSource.Fill(target, values), none, cancel);
        if (answer is null)
        {
            return new([], 0, null);
        }
        var all = source.Entries.All(answer.RootElement);
        return new(
            [.. Read(connection, source.Entries, answer.RootElement).Select(one => one with { IsListed = true })], all.Length,
            all.Max(entry => DateOf(entry.Text(source.ChangedAt is { } changed ? [changed] : source.Entries.Revision))));
    }

    static DateTimeOffset? DateOf(string? text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date) ? date : null;

    static IEnumerable<EntryEvent> Read(ContentConnection connection, EventSource source, JsonElement answer) => source.Read(
        NoCall with { Body = answer }, ApiSources.Of(connection.Provider)!.FieldsOf(connection),
        connection.SiteUrl is { } site ? new Uri(site) : null);

    async Task<Dictionary<string, string>> ValuesAsync(ContentConnection connection, CancellationToken cancel)
    {
        var source = ApiSources.Of(connection.Provider)!;
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            // WordPress alone has a usual type.
            ["type"] = connection.Api!.Type ?? "posts",
            ["now"] = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        };
        if (source.State is not null)
        {
            using var answer = await GetAsync(connection, source.State, null, cancel);
            values["ref"] = (answer!.RootElement.Find("/refs") is { ValueKind: JsonValueKind.Array } refs
                ? refs.EnumerateArray().FirstOrDefault(one => one.Find("/isMasterRef") is { ValueKind: JsonValueKind.True }).Text("/ref")
                : null) ?? throw new FetchFailure("The content system's API did not say which content is published.");
        }
        return values;
    }

    /// <param name="none">The status that means that there is nothing; null if none does.</param>
    /// <returns>The answer; null if there is nothing.</returns>
    async Task<JsonDocument?> GetAsync(ContentConnection connection, string target, int? none, CancellationToken cancel)
    {
        var (api, source) = (connection.Api!, ApiSources.Of(connection.Provider)!);
        var key = api.Key is null ? null : await secrets.ReadAsync(api.Key, cancel)
            ?? throw new FetchFailure("The key of the content system's API is missing.");
        if (key is not null && source.KeyParameter is { } parameter)
        {
            target += $"{(target.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{parameter}={Uri.EscapeDataString(key)}";
        }
        using var request = new HttpRequestMessage(HttpMethod.Get, api.Url.TrimEnd('/') + target);
        request.Headers.Accept.Add(new("application/json"));
        if (connection.Provider is ContentProvider.kontent)
        {
            // Its caches are told to wait for what was just published.
            request.Headers.Add("X-KC-Wait-For-Loading-New-Content", "true");
        }
        if (key is not null && source.KeyParameter is null)
        {
            request.Headers.TryAddWithoutValidation(
                "Authorization", source.IsBasic ? "Basic " + ApiSource.Basic(key) : "Bearer " + key);
        }
        var answer = await http.SendAsync(request, Timeout, MostBytes, cancel);
        if (answer.Status == none)
        {
            return null;
        }
        if (answer.Status is not StatusCodes.Status200OK)
        {
            throw new FetchFailure(
                $"The content system's API answered {answer.Status}.", answer.Status is 408 or 425 or 429 or >= 500, answer.RetryAfter);
        }
        try
        {
            return JsonDocument.Parse(answer.Body);
        }
        catch (JsonException)
        {
            throw new FetchFailure($"The content system's API did not answer with JSON of at most {MostBytes / 1024 / 1024} MB.");
        }
    }
}
