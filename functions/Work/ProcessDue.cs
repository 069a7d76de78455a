namespace Planable.Work;

/// <summary>Handles the due entries of one kind. It removes entries whose work is done, and moves the others.</summary>
interface IDueHandler
{
    Task HandleAsync(IReadOnlyList<DueEntry> due, CancellationToken cancel);
}

/// <summary>Every minute, handles all entries that are due by the end of that minute.</summary>
/// <param name="kinds">In the order in which they are handled.</param>
sealed class ProcessDue(DueIndex index, IEnumerable<DueKind> kinds, IServiceProvider services, TimeProvider time)
{
    /// <summary>How long a run goes on while more entries are due. The next run begins after a minute.</summary>
    public const int SecondsOfRun = 45;

    public async Task RunAsync(CancellationToken cancel)
    {
        var start = time.GetTimestamp();
        List<Exception> failures = [];
        List<DueEntry> due;
        do
        {
            due = await index.DueAsync(time.GetUtcNow(), cancel);
            await HandleAsync(due.ToLookup(entry => entry.Kind, StringComparer.Ordinal), failures, cancel);
        }
        // With fewer entries, no partition can have more.
        while (due.Count >= DueIndex.MostOfPartition && failures.Count == 0 && time.GetElapsedTime(start).TotalSeconds < SecondsOfRun);
        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }

    async Task HandleAsync(ILookup<string, DueEntry> due, List<Exception> failures, CancellationToken cancel)
    {
        foreach (var kind in kinds.Where(kind => due.Contains(kind.Name)))
        {
            try
            {
                var handler = services.GetRequiredKeyedService<IDueHandler>(kind.Name);
                await handler.HandleAsync([.. due[kind.Name].Take(kind.MostAtOnce)], cancel);
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                // If one kind fails, the others are still handled.
                failures.Add(e);
            }
        }
    }
}

/// <summary>A kind of due entries.</summary>
/// <param name="MostAtOnce">The most entries of this kind that are handled before the others have their turn.</param>
sealed record DueKind(string Name, int MostAtOnce);

static class WorkServices
{
    public static IServiceCollection AddWork(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(OutboxSettings.Read(configuration)).AddJobQueue(Queues.Outbox, () => WorkStoredJson.Default.MessageOutboxMessage)
        .AddSingleton<KeyedLock>().AddSingleton<Outbox>().AddSingleton<OutboxDispatcher>()
        .AddSingleton<DueIndex>().AddSingleton<ProcessDue>();

    /// <summary>Registers the handler of a kind. Kinds are handled in the order of their registration.</summary>
    public static IServiceCollection AddDueHandler<THandler>(this IServiceCollection services, string kind, int mostAtOnce = int.MaxValue)
        where THandler : class, IDueHandler =>
        services.AddSingleton(new DueKind(kind, mostAtOnce))
            .AddKeyedSingleton<IDueHandler>(kind, (provider, _) => provider.GetRequiredService<THandler>());
}
