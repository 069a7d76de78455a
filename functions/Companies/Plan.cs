using System.Text.Json.Serialization;

namespace Planable.Companies;

[JsonConverter(typeof(JsonStringEnumConverter<Plan>))]
enum Plan
{
    Free,
    Basic,
    Pro,
    Enterprise,
}

/// <param name="Posts">Posts that may be made; null means any number.</param>
/// <param name="Ever">Whether <paramref name="Posts"/> counts all posts of the company that ever were, and not a workspace's of a month.</param>
/// <param name="NewTokens">Whether API tokens can be made. Those that were made on another plan go on working.</param>
sealed record PlanLimits(int? Posts, bool Ever, ApprovalType[] Approvals, bool NewTokens);

/// <summary>What each plan holds: the one table that code, errors and documentation read.</summary>
static class Plans
{
    static readonly Dictionary<Plan, PlanLimits> All = new()
    {
        [Plan.Free] = new(50, Ever: true, [ApprovalType.NONE, ApprovalType.OPTIONAL], NewTokens: false),
        [Plan.Basic] = new(60, Ever: false, [ApprovalType.NONE, ApprovalType.OPTIONAL], NewTokens: false),
        [Plan.Pro] = new(150, Ever: false, [ApprovalType.NONE, ApprovalType.OPTIONAL, ApprovalType.REQUIRED], NewTokens: true),
        [Plan.Enterprise] = new(null, Ever: false, Enum.GetValues<ApprovalType>(), NewTokens: true),
    };

    public static PlanLimits Limits(this Plan plan) => All[plan];

    public static IEnumerable<Plan> With(Func<PlanLimits, bool> feature) => All.Where(one => feature(one.Value)).Select(one => one.Key);
}
