using Planable.Company.Companies;
using Planable.Platform;
using Planable.Work;

namespace Planable.Doors.Mail;

/// <summary>
/// Each minute, sends people the mails that they are owed. If the server fails, they are tried again, ever more seldom, for a day. A
/// person who would get more than ten mails within ten minutes gets one digest instead, and the next mail ten minutes later. A crash
/// between sending and forgetting sends a mail twice, with the same id.
/// </summary>
sealed partial class SendMail(
    MailStore store, MailContents contents, MailWriter writer, CompanyDirectory directory, DueIndex due,
    IEnumerable<IMailTransport> transports, TimeProvider time, ILogger<SendMail> log) : IDueHandler
{
    /// <summary>How many people a run looks at, and how long it goes on sending: publishing must not wait long for it.</summary>
    public const int MostAtOnce = 500;

    static readonly TimeSpan Run = TimeSpan.FromSeconds(20);

    /// <summary>How long mails are tried again, and the shortest and longest wait between two attempts.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromDays(1), ShortestWait = TimeSpan.FromMinutes(1), LongestWait = TimeSpan.FromHours(1);

    public async Task HandleAsync(IReadOnlyList<DueEntry> entries, CancellationToken cancel)
    {
        var begun = time.GetTimestamp();
        var people = await entries.GroupBy(entry => entry.Subject, StringComparer.Ordinal).EachAsync(OwedAsync, cancel);
        var owed = people.SelectMany(person => person.Mails.Select(mail => (Person: person, Mail: mail)))
            .ToDictionary(one => one.Mail.Mail, one => one);
        var failed = false;
        try
        {
            if (owed.Count > 0)
            {
                await transports.First().SendAsync(
                    owed.Keys.TakeWhile(_ => time.GetElapsedTime(begun) < Run), SettledAsync, cancel);
            }
        }
        catch (MailFailure e)
        {
            LogFailure(e.Message);
            failed = true;
        }
        foreach (var person in people)
        {
            await FinishAsync(person, failed || person.IsRefused, cancel);
        }

        async Task SettledAsync(OutgoingMail mail, MailRefusal? refusal)
        {
            var (person, sent) = owed[mail];
            if (refusal is { IsFinal: false })
            {
                LogFailure(refusal.Reason);
                person.IsRefused = true;
                return;
            }
            if (refusal is not null)
            {
                LogRefused(mail.Id, refusal.Reason);
            }
            await store.RemoveAsync(person.Key, sent.Notices, cancel);
            person.Mails.Remove(sent);
            person.Sent = person.Sent.With(time.GetUtcNow(), sent.IsDigest);
            await store.RememberAsync(person.Key, person.Sent, cancel);
        }
    }

    /// <summary>What a person is owed now. What the person is not to be told any more is forgotten.</summary>
    async Task<OwedPerson> OwedAsync(IGrouping<string, DueEntry> entries, CancellationToken cancel)
    {
        var (person, now) = (entries.Key, time.GetUtcNow());
        var stored = await store.ReadAsync(person, cancel);
        var owed = new OwedPerson(person, [.. entries], stored.Sent.Since(now));
        var view = await directory.FindAsync(person[..8], person[8..], cancel);
        if (view?.User is not { } user)
        {
            await store.ForgetAsync(person, cancel);
            return owed;
        }
        var items = await stored.Notices.OrderBy(notice => notice.At).EachAsync(async (notice, stop) => (
            Notice: notice, Item: !transports.Any() || stored.Muted.Contains(notice.Kind) ? null
                : await contents.OfAsync(view, user, notice, stop)), cancel);
        await store.RemoveAsync(person, items.Where(one => one.Item is null).Select(one => one.Notice), cancel);
        var waiting = items.Where(one => one.Item is not null).ToArray();
        var (reminders, others) = (waiting.Where(one => one.Notice.Kind is MailKind.Reminders).ToArray(),
            waiting.Where(one => one.Notice.Kind is not MailKind.Reminders).ToArray());
        if (waiting.Length == 0)
        {
            return owed;
        }
        if (owed.Sent.DigestAt + MailKinds.Window is { } next && next > now)
        {
            owed.WaitsUntil = next;
        }
        else if (owed.Sent.Recent.Length + others.Length + (reminders.Length > 0 ? 1 : 0) <= MailKinds.MostInWindow)
        {
            owed.Mails.AddRange(others.Select(one => Mail([one], one.Notice.Kind)));
            if (reminders.Length > 0)
            {
                owed.Mails.Add(Mail(reminders, MailKind.Reminders));
            }
        }
        else
        {
            owed.Mails.Add(Mail(waiting, null));
        }
        return owed;

        OwedMail Mail((MailNotice Notice, MailItem? Item)[] some, MailKind? kind) => new(
            writer.Write(person, user, [.. some.Select(one => one.Item!)], some.Select(one => one.Notice.Key), kind),
            [.. some.Select(one => one.Notice)], kind is null);
    }

    /// <summary>Sees to it that what is left is looked at again, and only then forgets the entries.</summary>
    async Task FinishAsync(OwedPerson person, bool failed, CancellationToken cancel)
    {
        if (person.WaitsUntil is { } until)
        {
            await due.AddAsync(MailStore.Kind, person.Key, until, cancel);
        }
        else if (failed && person.Mails.Count > 0)
        {
            var now = time.GetUtcNow();
            var (expired, left) = (new List<MailNotice>(), new List<MailNotice>());
            foreach (var notice in person.Mails.SelectMany(mail => mail.Notices))
            {
                (notice.At < now - Patience ? expired : left).Add(notice);
            }
            if (expired.Count > 0)
            {
                LogDropped(expired.Count);
                await store.RemoveAsync(person.Key, expired, cancel);
            }
            if (left.Count > 0)
            {
                var waited = now - left.Min(notice => notice.At);
                var wait = waited < ShortestWait ? ShortestWait : waited > LongestWait ? LongestWait : waited;
                await due.AddAsync(MailStore.Kind, person.Key, now + wait, cancel);
            }
        }
        else if (person.Mails.Count > 0)
        {
            // The time was over. The next run goes on.
            return;
        }
        await due.RemoveAsync(person.Entries, cancel);
    }

    sealed record OwedMail(OutgoingMail Mail, MailNotice[] Notices, bool IsDigest);

    sealed class OwedPerson(string key, DueEntry[] entries, SentMails sent)
    {
        public string Key => key;

        public DueEntry[] Entries => entries;

        public List<OwedMail> Mails { get; } = [];

        public SentMails Sent { get; set; } = sent;

        /// <summary>Whether the server does not take a mail to this person now.</summary>
        public bool IsRefused { get; set; }

        /// <summary>When the next digest may be sent; null if nothing waits for it.</summary>
        public DateTimeOffset? WaitsUntil { get; set; }
    }

    [LoggerMessage(LogLevel.Warning, "Mail could not be sent and is tried again: {Reason}")]
    partial void LogFailure(string reason);

    [LoggerMessage(LogLevel.Warning, "The mail {Id} will not be sent: {Reason}.")]
    partial void LogRefused(string id, string reason);

    [LoggerMessage(LogLevel.Error, "{Count} messages to a person were dropped, because no mail could be sent for a day.")]
    partial void LogDropped(int count);
}
