using System.Collections.Frozen;
using Planable.Company.Tokens;

namespace Planable.Doors.Mcp;

/// <summary>The tools there are. None publishes, schedules, deletes, or touches workspaces or tokens.</summary>
static class ToolCatalog
{
    const string PostLine = "id status approval.status scheduledAt type pageId plainText";

    const string Content = "text scheduledAt labels campaignId media teamOnly gridPosition firstComment internalNote "
        + "youtubeTitle linkedinPdfTitle linkedinVideoTitle pinterest videoThumbnail";

    static readonly McpTool[] Reading =
    [
        new("list_workspaces", "GET", "/workspaces", AppScopes.Read, "")
        {
            Title = "List workspaces",
            Description = "Lists the workspaces you can see. Start here: most tools need a workspaceId.",
            Parts = Parts.Whole, Line = "id name timezone approvalSettings.type", IsReadOnly = true,
        },
        new("get_workspace_details", "GET", "/workspaces/{id}", AppScopes.Read, "workspaceId=id")
        {
            Title = "Get workspace details",
            Description = "Gets a workspace: its approval settings, labels, pages, and how many posts it has.",
            IsReadOnly = true, Compose = WorkspaceDetails.RunAsync, Rest = "list_pages and list_labels give all of them.",
            MoreOutput = WorkspaceDetails.Output, MoreAlways = ["pages", "postCount"],
        },
        new("list_pages", "GET", "/pages", AppScopes.Read, "workspaceId")
        {
            Title = "List pages",
            Description = "Lists the social pages of a workspace, or of all workspaces. A post is made for a page.",
            Parts = Parts.Offset, Line = "id name platform isConnected workspaceId", IsReadOnly = true,
        },
        new("list_posts", "GET", "/posts", AppScopes.Read,
            "workspaceId! pageId campaignId postStatus=status approvalStatus scheduledAfter scheduledBefore updatedSince label")
        {
            Title = "List posts",
            Description = "Lists posts of a workspace, newest first, or by date if you filter by date. A filtered call may give few posts, "
                + "even none, and still a nextCursor. Long texts are cut at 1,000 characters: get_post has the whole.",
            Parts = Parts.Cursor, Line = PostLine, IsReadOnly = true, Depth = 0,
        },
        new("get_post", "GET", "/posts/{id}", AppScopes.Read, "postId=id")
        {
            Title = "Get a post",
            Description = "Gets a post. A long text comes in pieces: send textNext as textFrom to get the next one.",
            IsReadOnly = true, Depth = 0, Compose = PostText.RunAsync, MoreInput = PostText.Input,
            MoreOutput = PostText.Output,
        },
        new("get_post_counts", "GET", "/posts/count", AppScopes.Read, "")
        {
            Title = "Get post counts",
            Description = "Counts the posts, in total and in each workspace.",
            IsReadOnly = true, Rest = "get_workspace_details counts those of one workspace.",
        },
        new("list_comments", "GET", "/posts/{id}/comments", AppScopes.Read, "postId=id teamOnly")
        {
            Title = "List comments",
            Description = "Lists the comments and internal notes of a post, newest first.",
            Parts = Parts.Offset, Line = "id createdAt authorId text", IsReadOnly = true,
        },
        new("list_labels", "GET", "/labels", AppScopes.Read, "workspaceId!")
        {
            Title = "List labels",
            Description = "Lists the labels of a workspace.",
            Parts = Parts.Whole, Line = "id name color", IsReadOnly = true,
        },
        new("list_members", "GET", "/members", AppScopes.Read, "workspaceId!")
        {
            Title = "List members",
            Description = "Lists the people of a workspace, and what each may do there.",
            Parts = Parts.Whole, Line = "id name membership isApprover", IsReadOnly = true,
        },
        new("list_media", "GET", "/media", AppScopes.Read, "workspaceId!")
        {
            Title = "List media",
            Description = "Lists the images and videos of a workspace. A post takes the url of its media.",
            Parts = Parts.Cursor, Line = "id type status name", IsReadOnly = true,
        },
        new("get_media", "GET", "/media/{id}", AppScopes.Read, "mediaId=id")
        {
            Title = "Get media",
            Description = "Gets an image or video, and whether its import is done. Use its url as media of a post.",
            IsReadOnly = true,
        },
        new("get_page_metrics", "GET", "/pages/{id}/metrics", AppScopes.Read, "pageId=id startDate endDate")
        {
            Title = "Get page metrics",
            Description = "Gets a page's figures day by day, newest first, in the terms of its network. For totals use "
                + "get_page_metrics_summary.",
            Parts = Parts.Offset, Line = "date pageName pageType", IsReadOnly = true, Depth = 0,
        },
        new("get_page_metrics_summary", "GET", "/workspaces/{id}/metrics/summary", AppScopes.Read, "startDate! endDate!")
        {
            Title = "Summarize page metrics",
            Description = "Sums up the figures of up to 20 pages over a period, in terms that all networks share. unsupportedPages are on "
                + "networks without analytics.",
            IsReadOnly = true, Begin = PageSummaries.Begin, Compose = PageSummaries.RunAsync, MoreInput = PageSummaries.Input,
            MoreRequired = ["pageIds"], MoreOutput = PageSummaries.Output,
            MoreAlways = ["startDate", "endDate", "total", "pages", "unsupportedPages"], IsOutputOwn = true,
        },
        new("get_post_metrics", "GET", "/posts/{id}/metrics", AppScopes.Read, "postId=id")
        {
            Title = "Get post metrics",
            Description = "Gets the figures of a published post since it was published.",
            IsReadOnly = true, Depth = 0,
        },
        new("get_post_metrics_summary", "GET", "/posts/{id}/metrics", AppScopes.Read, "")
        {
            Title = "Summarize post metrics",
            Description = "Sums up the figures of up to 20 published posts since they were published.",
            IsReadOnly = true, Begin = PostSummaries.Begin, Compose = PostSummaries.RunAsync, MoreInput = PostSummaries.Input,
            MoreRequired = ["postIds"], MoreOutput = PostSummaries.Output,
            MoreAlways = ["total", "posts", "withoutMetrics"], IsOutputOwn = true,
        },
    ];

    static readonly McpTool[] Writing =
    [
        new("create_post", "POST", "/posts", AppScopes.Edit, "workspaceId! pageId! " + Content)
        {
            Title = "Create a draft",
            Description = "Creates a draft on one page. scheduledAt only plans it: a person schedules it in Planable. validationErrors "
                + "says what its network would refuse; correct that with update_post.",
            IsOutputShort = true, Compose = DraftCreation.RunAsync, MoreOutput = DraftCreation.Output, MoreAlways = ["validationErrors"],
            Rest = "get_post has each whole.",
        },
        new("create_grouped_post", "POST", "/posts", AppScopes.Edit, "workspaceId! pageIds! " + Content)
        {
            Title = "Create a draft for several pages",
            Description = "Creates a group of drafts, one on each of up to 20 pages, with the same content. Later edits of its text, "
                + "media, labels, campaign and date apply to all.",
            IsOutputShort = true, Compose = DraftCreation.RunAsync, MoreOutput = DraftCreation.Output, MoreAlways = ["validationErrors"],
            Rest = "get_post has each whole.",
        },
        new("validate_post", "POST", "/posts/validate", AppScopes.Edit,
            "workspaceId! pageId pageIds text scheduledAt labels campaignId media firstComment youtubeTitle linkedinPdfTitle "
            + "linkedinVideoTitle pinterest videoThumbnail")
        {
            Title = "Validate a post",
            Description = "Checks whether the networks would accept a post, and creates nothing. Send pageId or pageIds.",
            IsReadOnly = true, Depth = 2,
        },
        new("update_post", "PATCH", "/posts/{id}", AppScopes.Edit,
            "postId=id text scheduledAt labels campaignId media teamOnly linkedinPdfTitle linkedinVideoTitle pinterest videoThumbnail")
        {
            Title = "Update a draft",
            Description = "Changes the fields of a draft that you send; lists replace the old ones. In a synced group the change "
                + "applies to all drafts. A change of content withdraws approvals. A scheduled post is not changed.",
            IsIdempotent = true, IsOutputShort = true, Depth = 0, Rest = "get_post has it whole.",
        },
        new("approve_post", "POST", "/posts/{id}/approve", AppScopes.Approve, "postId=id levelId reason")
        {
            Title = "Approve a post",
            Description = "Approves a post as the person you act for, who must be an approver. Ask that person first. Refused where the "
                + "approval would schedule the post.",
            IsIdempotent = true, IsBodyOptional = true, IsOutputShort = true, Depth = 0, Rest = "get_post has it whole.",
        },
        new("reject_post", "POST", "/posts/{id}/reject", AppScopes.Approve, "postId=id levelId reason")
        {
            Title = "Reject a post",
            Description = "Withdraws the approvals of a post as the person you act for, who must be an approver. Say why in reason.",
            IsIdempotent = true, IsBodyOptional = true, IsOutputShort = true, Depth = 0, Rest = "get_post has it whole.",
        },
        new("create_comment", "POST", "/posts/{id}/comments", AppScopes.Engage, "postId=id text teamOnly replyToCommentId")
        {
            Title = "Comment on a post",
            Description = "Adds a comment to a post, which the team and clients see; with teamOnly, an internal note.",
            Rest = "list_comments has it.",
        },
        new("create_label", "POST", "/labels", AppScopes.Edit, "workspaceId text color")
        {
            Title = "Create a label",
            Description = "Creates a label, which posts of the workspace can then have.",
        },
        new("upload_media_from_url", "POST", "/media", AppScopes.Edit, "workspaceId mediaUrls")
        {
            Title = "Upload media from URLs",
            Description = "Imports up to 20 images or videos from public URLs. get_media says when each is done.",
            IsOpenWorld = true,
        },
        new("refresh_page_metrics", "POST", "/pages/{id}/sync", AppScopes.Analyze, "pageId=id")
        {
            Title = "Refresh page metrics",
            Description = "Fetches a page's figures from its network now. They are there after some seconds to minutes.",
            IsOpenWorld = true, IsIdempotent = true,
        },
    ];

    /// <summary>All tools, in the order in which they are listed.</summary>
    public static readonly McpTool[] InOrder = [.. Reading, .. Writing];

    public static readonly FrozenDictionary<string, McpTool> All = InOrder.ToFrozenDictionary(tool => tool.Name, StringComparer.Ordinal);
}
