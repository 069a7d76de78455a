namespace Planable.Work;

/// <summary>Looks at what is due of one kind. It removes the entries that have done their work, and moves the others.</summary>
interface IDueHandler
{
    Task HandleAsync(IReadOnlyList<DueEntry> due, CancellationToken cancel);
}

/// <summary>Each minute, has everything looked at that is due by the end of that minute.</summary>
/// <param name="kinds">In the order in which they are looked at.</param>
sealed class ProcessDue(DueIndex index, IEnumerable<DueKind> kinds, IServiceProvider services, TimeProvider time)
{
    /// <summary>Entries a run; what is left is the next one's. A run must end within its deadline.</summary>
    const int MostARun = 10_000;

    public async Task RunAsync(CancellationToken cancel)
    {
        var due = (await index.DueAsync(time.GetUtcNow(), MostARun, cancel)).ToLookup(entry => entry.Kind, StringComparer.Ordinal);
        List<Exception> failures = [];
        foreach (var kind in kinds.Where(kind => due.Contains(kind.Name)))
        {
            try
            {
                await services.GetRequiredKeyedService<IDueHandler>(kind.Name).HandleAsync([.. due[kind.Name].Take(kind.MostARun)], cancel);
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                // One kind's failure is no reason to leave the others undone.
                failures.Add(e);
            }
        }
        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }
}

/// <summary>A kind of due entries.</summary>
/// <param name="MostARun">Entries that one run looks at.</param>
sealed record DueKind(string Name, int MostARun);

static class WorkServices
{
    public static IServiceCollection AddWork(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(OutboxSettings.Read(configuration)).AddJobQueue(Queues.Outbox, WorkStoredJson.Default.MessageOutboxMessage)
        .AddSingleton<KeyedLock>().AddSingleton<Outbox>().AddSingleton<OutboxDispatcher>()
        .AddSingleton<DueIndex>().AddSingleton<ProcessDue>();

    /// <summary>Has a service look at what is due of a kind. Kinds are looked at in the order of their registration.</summary>
    public static IServiceCollection AddDueHandler<THandler>(this IServiceCollection services, string kind, int mostARun)
        where THandler : class, IDueHandler =>
        services.AddSingleton(new DueKind(kind, mostARun))
            .AddKeyedSingleton<IDueHandler>(kind, (provider, _) => provider.GetRequiredService<THandler>());
}
