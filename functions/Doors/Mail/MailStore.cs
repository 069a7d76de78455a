using Azure.Data.Tables;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Doors.Mail;

/// <summary>All that is stored about a person's mail.</summary>
sealed record StoredMail(List<MailNotice> Notices, SentMails Sent, MailKind[] Muted);

/// <summary>
/// The mail of people. Table deliveries, partition = <c>mail-</c>company and user: rows <c>notice~</c>key (what is still to be told), row
/// <c>sent</c> (what was sent in the last minutes), row <c>choices</c> (what the person does not want). A due entry follows each notice.
/// </summary>
sealed class MailStore(Tables tables, DueIndex due, TimeProvider time)
{
    /// <summary>The kind of due entries. Their subject is a person: company and user.</summary>
    public const string Kind = "mail";

    const string Partition = "mail-", Prefix = "notice~", Sent = "sent", Choices = "choices";

    /// <summary>Remembers to tell people of something. It can be called again.</summary>
    public async Task AddAsync(string company, IEnumerable<string> users, MailNotice notice, CancellationToken cancel)
    {
        var people = users.Distinct(StringComparer.Ordinal).Select(user => company + user).ToArray();
        await people.EachAsync(async (person, stop) =>
        {
            await tables.Deliveries.UpsertEntityAsync(
                new TableEntity(Partition + person, Prefix + notice.Key).With(notice, MailStoredJson.Default.MailNotice),
                TableUpdateMode.Replace, stop);
            return true;
        }, cancel);
        // The entry follows the row: whoever finds it finds the notice too.
        await due.AddAsync(people.Select(person => due.New(Kind, person, time.GetUtcNow())), cancel);
    }

    public async Task<StoredMail> ReadAsync(string person, CancellationToken cancel)
    {
        var stored = new StoredMail([], new([]), []);
        await foreach (var row in tables.Deliveries.RangeAsync(Partition + person, "", cancel: cancel))
        {
            switch (row.RowKey)
            {
                case Sent:
                    stored = stored with { Sent = row.Read(MailStoredJson.Default.SentMails) };
                    break;
                case Choices:
                    stored = stored with { Muted = row.Read(MailStoredJson.Default.MailChoices).Muted };
                    break;
                default:
                    stored.Notices.Add(row.Read(MailStoredJson.Default.MailNotice));
                    break;
            }
        }
        return stored;
    }

    /// <summary>Forgets notices, because they were told or nobody is to be told of them any more.</summary>
    public async Task RemoveAsync(string person, IEnumerable<MailNotice> notices, CancellationToken cancel)
    {
        foreach (var some in notices.Chunk(100))
        {
            await tables.Deliveries.DeleteAllAsync(
                [.. some.Select(notice => new TableEntity(Partition + person, Prefix + notice.Key))], cancel);
        }
    }

    /// <summary>Forgets a person who has left.</summary>
    public Task ForgetAsync(string person, CancellationToken cancel) => tables.Deliveries.DeleteAllAsync(Partition + person, "", cancel);

    public Task RememberAsync(string person, SentMails sent, CancellationToken cancel) => tables.Deliveries.UpsertEntityAsync(
        new TableEntity(Partition + person, Sent).With(sent, MailStoredJson.Default.SentMails), TableUpdateMode.Replace, cancel);

    /// <summary>What a person does not want mail about.</summary>
    public async Task<MailKind[]> MutedAsync(string person, CancellationToken cancel) =>
        (await tables.Deliveries.FindAsync(Partition + person, Choices, cancel))?.Read(MailStoredJson.Default.MailChoices).Muted ?? [];

    /// <param name="change">Gets what the person does not want, and returns what it does not want now.</param>
    public Task ChooseAsync(string person, Func<MailKind[], IEnumerable<MailKind>> change, CancellationToken cancel) =>
        tables.Deliveries.ChangeAsync(Partition + person, Choices, MailStoredJson.Default.MailChoices,
            known => new([.. change(known?.Muted ?? []).Distinct().Order()]), cancel);
}
