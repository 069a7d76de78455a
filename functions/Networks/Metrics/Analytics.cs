using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;

namespace Planable.Networks.Metrics;

/// <summary>Who has metrics: workspaces by plan or add-on, pages and posts by their network.</summary>
static class Analytics
{
    static readonly string[] OfPages = ["facebook", "instagram", "threads", "linkedin", "youtube", "tiktok", "googleMyBusiness"];

    /// <summary>The networks that tell about single posts.</summary>
    static readonly string[] OfPosts = ["facebook", "instagram", "threads", "linkedin", "youtube", "tiktok"];

    public static bool HasPages(string platform) => OfPages.Contains(platform);

    public static bool HasPosts(string platform) => OfPosts.Contains(platform);

    public static bool Includes(Plan plan, Workspace workspace) => workspace.Analytics || plan.Limits().Analytics;

    /// <summary>Why this caller gets no metrics in a workspace that it may enter; null where it does.</summary>
    public static Problem? Check(Caller caller, Workspace workspace) => Includes(caller.Plan, workspace) ? null
        : Problems.Forbidden($"Analytics is an add-on, which this workspace does not have and the {caller.Plan} plan does not include.");
}
