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

/// <param name="Posts">Posts that may be made; null means any number.</param>
/// <param name="Ever">Whether <paramref name="Posts"/> counts all posts of the company that ever were, and not a workspace's of a
/// month.</param>
/// <param name="Pages">Pages a workspace; null means any number.</param>
/// <param name="Campaigns">Campaigns a workspace; null means any number.</param>
/// <param name="Analytics">Whether metrics and their syncs are included; otherwise they are an add-on of a workspace.</param>
/// <param name="NewTokens">Whether API tokens can be made. Those that were made on another plan go on working.</param>
sealed record PlanLimits(int? Posts, bool Ever, int? Pages, int? Campaigns, ApprovalType[] Approvals, bool Analytics, bool NewTokens);

/// <summary>What each plan holds: the one table that code, errors and documentation read.</summary>
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

    /// <summary>The table as the reference shows it, in Markdown.</summary>
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
