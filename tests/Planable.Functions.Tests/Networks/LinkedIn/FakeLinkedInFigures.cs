using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Planable.Functions.Tests.Networks.LinkedIn;

/// <summary>Statistics.</summary>
public sealed partial class FakeLinkedIn
{
    /// <summary>The first day that was asked for, and the last; nothing happened on those between.</summary>
    static IResult ByDay(Sent sent, Func<int, JsonObject> figures)
    {
        var range = Range(sent);
        return Ok(new
        {
            elements = new[] { 0, range.Days - 1 }.Distinct().Select(day =>
            {
                var one = figures(day);
                one["timeRange"] = new JsonObject
                {
                    ["start"] = range.From.AddDays(day).ToUnixTimeMilliseconds(),
                    ["end"] = range.From.AddDays(day + 1).ToUnixTimeMilliseconds(),
                };
                return one;
            }).ToArray(),
        });
    }

    static (DateTimeOffset From, int Days) Range(Sent sent)
    {
        var parts = sent.Query[sent.Query.IndexOf("timeIntervals=(timeRange:(start:", StringComparison.Ordinal)..].Split(':', ',', ')');
        Assert.Equal("DAY", parts[^2]);
        var (from, to) = (long.Parse(parts[2], null), long.Parse(parts[4], null));
        Assert.Equal(0, from % 86_400_000);
        Assert.Equal(0, to % 86_400_000);
        Assert.True(to > from);
        return (DateTimeOffset.FromUnixTimeMilliseconds(from), (int)((to - from) / 86_400_000));
    }

    IResult Shares(Sent sent)
    {
        if (sent.Query.Contains("timeIntervals", StringComparison.Ordinal))
        {
            return ByDay(sent, day => new() { ["totalShareStatistics"] = Statistics(day == 0 ? 9 : -1) });
        }
        var kind = sent.Parameters.ContainsKey("shares") ? "share" : "ugcPost";
        var urn = sent.Parameters[kind + "s"]["List(".Length..^1];
        return !urn.StartsWith($"urn:li:{kind}:", StringComparison.Ordinal) ? Error(400, "ILLEGAL_ARGUMENT", "Invalid URN")
            : Ok(new
            {
                elements = _posts.Exists(post => post.Urn == urn && post.Commentary != "Unseen")
                    ? new[] { new JsonObject { ["share"] = urn, ["totalShareStatistics"] = Statistics(12) } } : [],
            });
    }

    static JsonObject Statistics(int likes) => new()
    {
        ["impressionCount"] = 240,
        ["uniqueImpressionsCount"] = 180,
        ["clickCount"] = 20,
        ["likeCount"] = likes,
        ["commentCount"] = 3,
        ["shareCount"] = 2,
        ["engagement"] = 0.125,
        ["commentMentionsCount"] = 4,
        ["shareMentionsCount"] = 1,
    };

    static IResult Gains(Sent sent)
    {
        var (from, days) = Range(sent);
        return from.AddDays(days) > TimeProvider.System.GetUtcNow().AddDays(-1)
            ? Error(400, "ILLEGAL_ARGUMENT", "The time range must end two days ago")
            : ByDay(sent, _ => new()
            {
                ["followerGains"] = new JsonObject { ["organicFollowerGain"] = 7, ["paidFollowerGain"] = 2 },
                ["organizationalEntity"] = Page,
            });
    }
}
