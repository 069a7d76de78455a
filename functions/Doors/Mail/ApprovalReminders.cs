using System.Globalization;
using Planable.Company.Companies;
using Planable.Content.Posts;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Doors.Mail;

/// <summary>
/// Reminds approvers each day of requests that are older than a day, if their workspace is set to <c>sendReminders</c>. Each request has a
/// due entry for the next morning until it is answered, so a workspace can be set at any time. The mails of a morning become one.
/// </summary>
sealed class ApprovalReminders(PostStore posts, CompanyStore companies, MailStore mail, DueIndex due, TimeProvider time) : IDueHandler
{
    /// <summary>The kind of due entries. Their subject is a post: workspace and key.</summary>
    public const string Kind = "reminder";

    /// <summary>When reminders are sent, by the clocks of the workspace.</summary>
    public const int Hour = 9;

    static readonly TimeSpan Age = TimeSpan.FromDays(1), Minute = TimeSpan.FromMinutes(1);

    /// <summary>Plans the first reminder of a request.</summary>
    public async Task PlanAsync(Post post, ApprovalRequest request, CancellationToken cancel)
    {
        if (await companies.FindWorkspaceAsync(post.Workspace, cancel) is { } workspace)
        {
            await AddAsync(post, workspace, request.At + Age, cancel);
        }
    }

    public async Task HandleAsync(IReadOnlyList<DueEntry> entries, CancellationToken cancel)
    {
        await entries.EachAsync(async (entry, stop) =>
        {
            await RemindAsync(entry, stop);
            return true;
        }, cancel);
        await due.RemoveAsync(entries, cancel);
    }

    async Task RemindAsync(DueEntry entry, CancellationToken cancel)
    {
        var id = IdKind.Post.Split(entry.Subject);
        if (await posts.FindAsync(id, cancel) is not { ApprovalRequest: { } request } post
            || await companies.FindWorkspaceAsync(id.Partition, cancel) is not { DeletedAt: null } workspace)
        {
            return;
        }
        // A younger request has an entry of its own.
        if (request.At + Age > entry.At)
        {
            await AddAsync(post, workspace, request.At + Age, cancel);
            return;
        }
        if (workspace.ApprovalSettings.SendReminders is true && MailContents.IsOpen(post, workspace))
        {
            await mail.AddAsync(id.Company, request.Approvers,
                new($"{entry.Subject}-{entry.At.UtcTicks.ToString(CultureInfo.InvariantCulture)}", MailKind.Reminders, post.Id, entry.At),
                cancel);
        }
        var now = time.GetUtcNow();
        await AddAsync(post, workspace, (entry.At > now ? entry.At : now) + Minute, cancel);
    }

    Task AddAsync(Post post, Workspace workspace, DateTimeOffset from, CancellationToken cancel) =>
        due.AddAsync(Kind, post.Workspace + post.Key, TimeZones.NextAt(from, Hour, workspace.Timezone), cancel);
}
