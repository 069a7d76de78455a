using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Planable.Functions.Tests.Networks.Google;

public sealed partial class FakeYouTube
{
    IResult Channels(Sent sent)
    {
        var (query, parts) = (sent.Parameters, sent.Parameters["part"].Split(','));
        if (query.GetValueOrDefault("mine") != "true" && query.GetValueOrDefault("id") != "channel-1")
        {
            return Ok(new { kind = "youtube#channelListResponse", items = Array.Empty<object>() });
        }
        return !HasChannel ? Status(401, Error(401, "youtubeSignupRequired")) : Ok(new
        {
            kind = "youtube#channelListResponse",
            items = new[]
            {
                new
                {
                    id = "channel-1",
                    snippet = parts.Contains("snippet") ? new { title = "Acme Coffee", customUrl = "@acme" } : null,
                    statistics = !parts.Contains("statistics") ? null : HidesSubscribers
                        ? (object)new { viewCount = "9000", hiddenSubscriberCount = true, videoCount = "12" }
                        : new { viewCount = "9000", subscriberCount = "1230", hiddenSubscriberCount = false, videoCount = "12" },
                },
            },
        });
    }

    /// <summary>The columns come in an order of their own.</summary>
    IResult Report(Sent sent)
    {
        var query = sent.Parameters;
        var metrics = query["metrics"].Split(',');
        var known = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["views"] = 100,
            ["estimatedMinutesWatched"] = 50,
            ["averageViewDuration"] = 31,
            ["comments"] = 3,
            ["likes"] = 20,
            ["dislikes"] = 1,
            ["shares"] = 4,
            ["subscribersGained"] = 6,
            ["subscribersLost"] = 2,
        };
        var (from, to) = (Day(query["startDate"]), Day(query["endDate"]));
        var isOfVideo = query.TryGetValue("filters", out var filter);
        if (query["ids"] != "channel==MINE" || metrics.Any(metric => !known.ContainsKey(metric)) || from > to
            || (isOfVideo && !filter!.StartsWith("video==", StringComparison.Ordinal)))
        {
            return Status(400, Error(400, "badRequest", "INVALID_ARGUMENT"));
        }
        var names = metrics.Reverse().ToArray();
        if (!query.ContainsKey("dimensions"))
        {
            return Ok(new
            {
                columnHeaders = names.Select(name => new { name }),
                rows = new[] { names.Select(name => known[name]) },
            });
        }
        var last = DateOnly.FromDateTime(Now.UtcDateTime).AddDays(-Lag);
        return Ok(new
        {
            columnHeaders = names.Select(name => new { name }).Append(new { name = "day" }),
            rows = Enumerable.Range(0, to.DayNumber - from.DayNumber + 1).Select(from.AddDays).Where(day => day <= last)
                .Select(day => names.Select(name => (object)known[name]).Append(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))),
        });
    }

    static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    sealed class Session(long size, string title, string description, string privacy)
    {
        public long Size => size;

        public string Title => title;

        public string Description => description;

        public string Privacy => privacy;

        public long Arrived { get; set; }

        public string? Video { get; set; }
    }

    sealed class Video
    {
        public required string Id { get; init; }

        public required string Title { get; init; }

        public required string Description { get; init; }

        public required string Privacy { get; set; }

        public int Polls { get; init; }

        public int Asked { get; set; }

        public bool Embeddable { get; set; } = true;

        public bool HasPicture { get; set; }
    }
}
