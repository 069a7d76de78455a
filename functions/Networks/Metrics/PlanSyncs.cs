using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Networks.Metrics;

/// <summary>
/// Every hour, plans the syncs of the next 24 hours for the workspaces whose hour it is, as messages that become visible when they are due.
/// Each workspace is planned by a job of its own, because one run could not plan those of many companies. Missed hours are planned later; a
/// sync that is planned twice runs once. Table metrics, partition <c>plan</c>: row <c>last</c>, the last planned hour.
/// </summary>
sealed class PlanSyncs(
    Tables tables, CompanyStore companies, PageStore pages, JobQueue<SyncJob> jobs, IServiceProvider services, TimeProvider time)
{
    const string Partition = "plan", Last = "last", Hour = "Hour";

    public async Task RunAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var hour = now.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerHour));
        var last = (await tables.Metrics.FindAsync(Partition, Last, cancel))?.GetDateTimeOffset(Hour) ?? hour.AddHours(-1);
        var hours = Enumerable.Range(0, 24).Select(ago => hour.AddHours(-ago)).Where(one => one > last).ToDictionary(one => one.Hour);
        if (hours.Count == 0)
        {
            return;
        }
        await Parallel.ForEachAsync(
            companies.AllWorkspacesAsync(cancel).Where(one => Analytics.Includes(one.Company.Plan, one.Workspace))
                .Select(one => one.Workspace.Key).Where(workspace => hours.ContainsKey(SyncPlan.HourOf(workspace))),
            new ParallelOptions { MaxDegreeOfParallelism = Limits.Parallel, CancellationToken = cancel },
            async (workspace, stop) => await jobs.SendAsync(
                new(IdKind.Workspace.Format(workspace), hours[SyncPlan.HourOf(workspace)]), cancel: stop));
        await tables.Metrics.UpsertEntityAsync(new TableEntity(Partition, Last) { [Hour] = hour }, TableUpdateMode.Replace, cancel);
    }

    /// <summary>Plans a workspace's 24 hours from <paramref name="start"/>.</summary>
    public async Task PlanAsync(string workspace, DateTimeOffset start, CancellationToken cancel)
    {
        var (counters, all) = await pages.HeadAsync(workspace, cancel);
        var connected = all.Where(page =>
            page.IsConnected && Analytics.HasPages(page.Platform)
            && services.GetKeyedService<IMetricsSource>(page.Network) is not null).ToArray();
        if (connected.Length == 0)
        {
            return;
        }
        List<SyncJob> planned = [.. connected.Select(page => IdKind.Page.Format(workspace, page.Key))
            .Select(page => new SyncJob(page, SyncPlan.Page(page, start)))];
        await foreach (var (date, key) in PostIndex.GroupsAsync(tables.Content, workspace, counters.Value.TeamOnlyPosts > 0,
            start - SyncPlan.Oldest, start + SyncPlan.Horizon, cancel))
        {
            var group = IdKind.Group.Format(workspace, key);
            planned.AddRange(SyncPlan.Post(group, date, start).Select(due => new SyncJob(group, due)));
        }
        await Parallel.ForEachAsync(
            planned, new ParallelOptions { MaxDegreeOfParallelism = Limits.Parallel, CancellationToken = cancel },
            async (job, stop) => await jobs.SendAtAsync(job, job.Due, stop));
    }
}
