using System.Text.Json.Serialization;

namespace Planable.Company.Companies;

[JsonConverter(typeof(JsonStringEnumConverter<Plan>))]
public enum Plan
{
    Free,
    Basic,
    Pro,
    Enterprise,
}

/// <param name="Posts">The most posts that can be created; null means any number.</param>
/// <param name="Ever">
/// Whether <paramref name="Posts"/> counts all posts that the company ever created, rather than the posts of one workspace in one month.
/// </param>
/// <param name="Pages">The most pages in a workspace; null means any number.</param>
/// <param name="Campaigns">The most campaigns in a workspace; null means any number.</param>
/// <param name="Analytics">Whether metrics and their syncs are included. Otherwise they are an add-on for a workspace.</param>
/// <param name="NewTokens">Whether API tokens can be created. Tokens that were created on another plan keep working.</param>
sealed record PlanLimits(int? Posts, bool Ever, int? Pages, int? Campaigns, ApprovalType[] Approvals, bool Analytics, bool NewTokens);

/// <summary>What each plan includes: the only table of it, used by code, errors and documentation.</summary>
static class Plans
{
    static readonly ApprovalType[] Simple = [ApprovalType.NONE, ApprovalType.OPTIONAL];

    static readonly Dictionary<Plan, PlanLimits> All = new()
    {
        [Plan.Free] = new(Posts: 50, Ever: true, Pages: 4, Campaigns: 0, Simple, Analytics: false, NewTokens: false),
        [Plan.Basic] = new(Posts: 60, Ever: false, Pages: 4, Campaigns: 3, Simple, Analytics: false, NewTokens: false),
        [Plan.Pro] =
            new(Posts: 150, Ever: false, Pages: 10, Campaigns: 10, [.. Simple, ApprovalType.REQUIRED], Analytics: false, NewTokens: true),
        [Plan.Enterprise] =
            new(Posts: null, Ever: false, Pages: null, Campaigns: null, Enum.GetValues<ApprovalType>(), Analytics: true, NewTokens: true),
    };

    public static PlanLimits Limits(this Plan plan) => All[plan];

    public static IEnumerable<Plan> With(Func<PlanLimits, bool> feature) => All.Where(one => feature(one.Value)).Select(one => one.Key);

    /// <summary>The table for the API reference, in Markdown.</summary>
    public static string Table { get; } = string.Join('\n',
    [
        "| Plan | Posts | Pages a workspace | Campaigns a workspace | Approval | Analytics | New tokens |",
        "|---|---|---|---|---|---|---|",
        .. from one in All
           let limits = one.Value
           let posts = limits.Posts is null ? "unlimited" : limits.Ever ? $"{limits.Posts} in total" : $"{limits.Posts} a workspace a month"
           select $"| {one.Key} | {posts} | {Number(limits.Pages)} | {Number(limits.Campaigns)} | {string.Join(", ", limits.Approvals)} "
               + $"| {(limits.Analytics ? "yes" : "add-on")} | {(limits.NewTokens ? "yes" : "no")} |",
    ]);

    static string Number(int? limit) => limit?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unlimited";
}
