using Azure.Data.Tables;
using Planable.Platform.Hosting;
using Planable.Storage;

namespace Planable.Work;

/// <summary>What must happen after a write, once it has committed. It happens at least once, so doing it again must not mind.</summary>
interface IFollowUp
{
    /// <summary>Does it; returns null when nothing is left to do, or how long to wait before going on.</summary>
    Task<TimeSpan?> CommittedAsync(FollowUp followUp, DateTimeOffset at, CancellationToken cancel);

    /// <summary>The write never came to be: undoes what was taken for it.</summary>
    Task AbandonedAsync(FollowUp followUp, CommitJob job, CancellationToken cancel);

    /// <summary>This is the last attempt: shows whom it concerns that it is not done, for should it fail nobody comes back to say so.</summary>
    Task LastAttemptAsync(FollowUp followUp, CancellationToken cancel) => Task.CompletedTask;
}

/// <summary>Does what a commit record lists, and what there is to undo where no record ever came.</summary>
sealed class CommitFollowUps(Tables tables, Commits commits, IServiceProvider services, AppSettings settings, TimeProvider time)
{
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    public async Task RunAsync(CommitJob job, bool isLastAttempt, CancellationToken cancel)
    {
        var table = tables.Named(job.Table);
        var age = time.GetUtcNow() - job.Sent;
        var record = await table.FindAsync(job.Partition, Commits.Prefix + job.Record, cancel);
        // Of two writes by the same name one commits, and what was taken for the other is undone.
        var undone = record is null ? job.FollowUps : [.. job.FollowUps.Except(record.Read(StoredJson.Default.FollowUpArray, "followUps"))];
        if (record is not null && undone.Length == 0)
        {
            await DoAsync(table, record, job, isLastAttempt, cancel);
        }
        else if (age < settings.GiveUpAfter)
        {
            await commits.SendAsync(job, age < LongestWait ? age + TimeSpan.FromSeconds(1) : LongestWait, cancel);
        }
        else
        {
            foreach (var followUp in undone)
            {
                await Of(followUp).AbandonedAsync(followUp, job, cancel);
            }
        }
    }

    async Task DoAsync(TableClient table, TableEntity record, CommitJob job, bool isLastAttempt, CancellationToken cancel)
    {
        if (record.GetBoolean("Open") is not true)
        {
            return;
        }
        var at = record.GetDateTimeOffset("At")!.Value;
        TimeSpan? again = null;
        foreach (var followUp in record.Read(StoredJson.Default.FollowUpArray, "followUps"))
        {
            if (isLastAttempt)
            {
                await Of(followUp).LastAttemptAsync(followUp, cancel);
            }
            var wait = await Of(followUp).CommittedAsync(followUp, at, cancel);
            again = again < wait ? again : wait ?? again;
        }
        if (again is { } delay)
        {
            await commits.SendAsync(job, delay, cancel);
            return;
        }
        await Commits.CloseAsync(table, job.Partition, job.Record, cancel);
    }

    IFollowUp Of(FollowUp followUp) => services.GetRequiredKeyedService<IFollowUp>(followUp.Kind);
}
