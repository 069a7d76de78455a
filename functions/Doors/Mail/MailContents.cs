using Planable.Company.Companies;
using Planable.Content.NetworkRules;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Doors.Webhooks;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Doors.Mail;

/// <summary>What a mail says about one thing.</summary>
/// <param name="Subject">The subject of a mail about nothing else.</param>
/// <param name="Title">What happened.</param>
/// <param name="Facts">Where and when.</param>
/// <param name="Quote">The post's text, or a reason; null for none.</param>
/// <param name="Path">Where to go.</param>
sealed record MailItem(string Subject, string Title, string[] Facts, string? Quote, string Path, string PathText);

/// <summary>
/// Reads what a notice is about, as it is when the mail is sent. There is nothing to say if it no longer waits for the person, or if
/// the person may not see it any more.
/// </summary>
sealed class MailContents(CompanyDirectory directory, PostStore posts, PageStore pages, WebhookStore webhooks)
{
    const string Review = "/settings/review", Settings = "/settings";
    const int ShortText = 600, ShortSubject = 60;

    /// <summary>Whether a post waits for an approval that was asked for.</summary>
    public static bool IsOpen(Post post, Workspace workspace) =>
        !post.Archived && new ApprovalRules(workspace.ApprovalSettings, default).IsPending(post)
        && ApprovalRules.Editable(post).Refusal is null;

    /// <summary>Null if the person is not to be told.</summary>
    public async Task<MailItem?> OfAsync(CompanyView view, User user, MailNotice notice, CancellationToken cancel)
    {
        if (notice.Kind is MailKind.Webhooks)
        {
            return user.IsAdministrator && IdKind.Webhook.TryParse(notice.Subject, out var webhookId)
                && await webhooks.FindAsync(webhookId, cancel) is { IsDeleted: false, Status: not WebhookStatus.active } webhook
                ? Of(webhook) : null;
        }
        if (notice.Kind is MailKind.Pages)
        {
            return user.IsAdministrator && IdKind.Page.TryParse(notice.Subject, out var pageId)
                && await directory.WorkspaceAsync(view, pageId.Partition, cancel) is { } home
                && await pages.FindAsync(pageId, cancel) is { IsConnected: false } page ? Of(page, home) : null;
        }
        if (!IdKind.Post.TryParse(notice.Subject, out var id)
            || await directory.WorkspaceAsync(view, id.Partition, cancel) is not { } workspace
            || await posts.FindAsync(id, cancel) is not { } post
            || !user.May(Permission.VIEW, workspace.Key) || (post.TeamOnly && user.Role is Role.CLIENT))
        {
            return null;
        }
        return notice.Kind is MailKind.Failures
            ? post.Delivery is Content.Posts.Delivery.Failed && (user.Key == post.Creator || user.May(Permission.PUBLISH, workspace.Key))
                ? Failed(post, workspace, await PageAsync(post, cancel)) : null
            : IsAsked(user, post, workspace, notice) ? await RequestAsync(view, post, workspace, notice, cancel) : null;
    }

    static bool IsAsked(User user, Post post, Workspace workspace, MailNotice notice) =>
        IsOpen(post, workspace) && post.ApprovalRequest!.Approvers.Contains(user.Key)
        && (notice.Kind is MailKind.Approvals || workspace.ApprovalSettings.SendReminders is true)
        && ApprovalRules.IsApprover(user, post, new ApprovalRules(workspace.ApprovalSettings, default).Current(post));

    async Task<MailItem> RequestAsync(
        CompanyView view, Post post, Workspace workspace, MailNotice notice, CancellationToken cancel)
    {
        var asker = (await directory.FindAsync(view.Key, post.ApprovalRequest!.User, cancel))?.User?.Name ?? "Somebody";
        var level = new ApprovalRules(workspace.ApprovalSettings, default).Current(post);
        var isReminder = notice.Kind is MailKind.Reminders;
        return new(
            (isReminder ? "Still waiting for your approval: " : "Approval requested: ") + Name(post),
            isReminder ? $"A request of {asker} still waits for your approval." : $"{asker} asks you to approve a post.",
            [
                .. Facts(post, workspace, await PageAsync(post, cancel)),
                .. level is null ? [] : (string[])["Level: " + level.Label],
            ],
            Excerpt(post.Text, ShortText), Review, "Review the post");
    }

    static MailItem Failed(Post post, Workspace workspace, Page? page) => new(
        "Not published: " + Name(post), "A post could not be published.",
        [.. Facts(post, workspace, page), "Reason: " + (post.Publishing?.Failure?.Message ?? "The network gave none.")],
        Excerpt(post.Text, ShortText), Settings, "Open Planable");

    static MailItem Of(Page page, Workspace workspace) => new(
        $"Disconnected: {page.Name}", "A page was disconnected. Posts on it are not published until it is connected again.",
        ["Page: " + Name(page), "Workspace: " + workspace.Name], page.DisconnectedReason, Settings, "Open Planable");

    static MailItem Of(Webhook webhook)
    {
        var host = new Uri(webhook.Url).Host;
        return new($"Webhook paused: {host}", "A webhook gets no events any more.",
            ["Address: " + host, .. webhook.Description is { Length: > 0 } said ? (string[])["Description: " + said] : []],
            webhook.StatusReason, Settings, "Open Planable");
    }

    Task<Page?> PageAsync(Post post, CancellationToken cancel) => pages.FindAsync(new(post.Workspace, post.Page), cancel);

    static IEnumerable<string> Facts(Post post, Workspace workspace, Page? page)
    {
        yield return "Workspace: " + workspace.Name;
        if (page is not null)
        {
            yield return "Page: " + Name(page);
        }
        if (post.ScheduledAt is { } date)
        {
            yield return "Planned for: " + TimeZones.Show(date, workspace.Timezone);
        }
    }

    static string Name(Page page) => $"{page.Name} ({NetworkRule.All[page.Platform].Name})";

    static string Name(Post post) => Excerpt(string.Join(' ', post.Text.Split(
        default(char[]), StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)), ShortSubject) ?? "a post without text";

    /// <summary>The beginning of a text, without half a character at its end; null if it is empty.</summary>
    static string? Excerpt(string text, int most) => text.Length == 0 ? null : text.Length <= most ? text
        : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)] + "…";
}
