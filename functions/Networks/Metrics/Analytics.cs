using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;

namespace Planable.Networks.Metrics;

/// <summary>Which workspaces (by plan or add-on), pages and posts (by network) have metrics.</summary>
static class Analytics
{
    static readonly string[] OfPages = ["facebook", "instagram", "threads", "linkedin", "youtube", "tiktok", "googleMyBusiness"];

    /// <summary>The networks that report metrics of single posts.</summary>
    static readonly string[] OfPosts =
        ["facebook", "instagram", "threads", "linkedin", "youtube", "tiktok", "twitter", "pinterest"];

    public static bool HasPages(string platform) => OfPages.Contains(platform);

    public static bool HasPosts(string platform) => OfPosts.Contains(platform);

    public static bool Includes(Plan plan, Workspace workspace) => workspace.Analytics || plan.Limits().Analytics;

    /// <summary>The error if the workspace has no analytics; null if it has.</summary>
    public static Problem? Check(Caller caller, Workspace workspace) => Includes(caller.Plan, workspace) ? null
        : Problems.Forbidden($"This workspace does not have the Analytics add-on, and the {caller.Plan} plan does not include it.");
}
