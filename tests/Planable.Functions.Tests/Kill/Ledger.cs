using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;

namespace Planable.Functions.Tests.Kill;

/// <summary>What a client asked for and what it was told, so that afterwards the store can be held to it.</summary>
sealed class Ledger
{
    readonly ConcurrentQueue<Entry> _entries = new();

    public IReadOnlyCollection<Entry> Entries => _entries;

    /// <summary>A request under way; without an answer it may have had its effect or not.</summary>
    public sealed class Entry
    {
        public required HttpMethod Method { get; init; }

        public required string Path { get; init; }

        public required string Company { get; init; }

        public required string Token { get; init; }

        public string? Body { get; init; }

        public string? Key { get; init; }

        /// <summary>What its effect is found by: a post's text, a workspace's name, or the id of what is deleted.</summary>
        public required string Mark { get; init; }

        /// <summary>How many posts it makes.</summary>
        public int Posts { get; init; }

        public HttpStatusCode? Status { get; private set; }

        public JsonNode? Answer { get; private set; }

        /// <summary>How many times it was sent without an answer.</summary>
        public int Unanswered { get; private set; }

        public bool Succeeded => (int?)Status is >= 200 and < 300;

        /// <summary>Sends it; a connection that ends is no answer.</summary>
        public async Task SendAsync(HttpClient http)
        {
            try
            {
                using var response = await new Client(http, Token).SendAsync(Method, Path, Body, Key);
                var text = await response.Content.ReadAsStringAsync();
                Answer = text.Length == 0 ? null : JsonNode.Parse(text);
                Status = response.StatusCode;
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                Status = null;
                Unanswered++;
            }
        }
    }

    public async Task<Entry> SendAsync(HttpClient http, Entry entry)
    {
        _entries.Enqueue(entry);
        await entry.SendAsync(http);
        return entry;
    }

    /// <summary>
    /// Repeats with their keys the requests that were not answered. Whoever is answered now succeeds,
    /// or has used up a plan.
    /// </summary>
    public Task RepeatAsync(HttpClient http) =>
        Task.WhenAll(_entries.Where(entry => entry is { Key: not null, Status: null }).Select(async entry =>
        {
            await entry.SendAsync(http);
            Assert.True(
                entry.Succeeded || entry.Status is null or HttpStatusCode.Forbidden,
                $"{entry.Method} {entry.Path} {entry.Mark}: {(int?)entry.Status} {entry.Answer?.ToJsonString()}");
        }));
}
