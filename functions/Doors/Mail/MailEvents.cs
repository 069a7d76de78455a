using System.Globalization;
using Planable.Company.Companies;
using Planable.Content.Events;
using Planable.Content.Posts;
using Planable.Doors.Webhooks;
using Planable.Storage;
using Planable.Work;

namespace Planable.Doors.Mail;

/// <summary>
/// Decides who gets a mail about an event. A request for approval: the approvers who were asked. A post that could not be published: who
/// created it, and all who may publish in its workspace. A page or a webhook: Owners and Administrators. Whoever caused it gets none.
/// </summary>
sealed class MailEvents(
    EventLog events, CompanyStore companies, PostStore posts, MailStore mail, ApprovalReminders reminders,
    IEnumerable<IMailTransport> transports) : IEventHandler
{
    public async Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel)
    {
        if (!transports.Any())
        {
            return null;
        }
        if (happened.Name == WebhookStore.Stopped)
        {
            var id = Webhook.Parse(happened.Subject);
            await TellAsync(id.Partition, user => user.IsAdministrator, new(
                happened.Subject + at.UtcTicks.ToString(CultureInfo.InvariantCulture), MailKind.Webhooks,
                IdKind.Webhook.Format(id.Partition, id.Key), at), cancel);
            return null;
        }
        var (workspace, key) = EventLog.Parse(happened);
        if (await events.FindAsync(workspace, key, cancel) is not { } entry)
        {
            return null;
        }
        foreach (var (index, one) in entry.Events.Index())
        {
            if (MailKinds.Events.TryGetValue(one.Type, out var kind))
            {
                await TellAsync(
                    workspace, new(workspace + EventLog.KeyOf(entry, index), kind, one.Subject, entry.At), entry.User, cancel);
            }
        }
        return null;
    }

    async Task TellAsync(string workspace, MailNotice notice, string? by, CancellationToken cancel)
    {
        var post = IdKind.Post.TryParse(notice.Subject, out var id) ? await posts.FindAsync(id, cancel) : null;
        if (notice.Kind is MailKind.Approvals)
        {
            if (post?.ApprovalRequest is { } request)
            {
                await reminders.PlanAsync(post, request, cancel);
                await TellAsync(workspace[..8], user => request.Approvers.Contains(user.Key) && user.Key != by, notice, cancel);
            }
            return;
        }
        await TellAsync(workspace[..8], user => user.Key != by && notice.Kind switch
        {
            MailKind.Failures => user.Key == post?.Creator || user.May(Permission.PUBLISH, workspace),
            _ => user.IsAdministrator,
        }, notice, cancel);
    }

    async Task TellAsync(string company, Func<User, bool> concerns, MailNotice notice, CancellationToken cancel) => await mail.AddAsync(
        company, (await companies.UsersAsync(company, cancel)).Where(concerns).Select(user => user.Key), notice, cancel);
}
