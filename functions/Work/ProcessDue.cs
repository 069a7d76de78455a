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
    /// <summary>The most entries for one run, which must end before its deadline. The next run takes the rest.</summary>
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
                // If one kind fails, the others are still handled.
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
/// <param name="MostARun">The most entries of this kind that one run handles.</param>
sealed record DueKind(string Name, int MostARun);

static class WorkServices
{
    public static IServiceCollection AddWork(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(OutboxSettings.Read(configuration)).AddJobQueue(Queues.Outbox, WorkStoredJson.Default.MessageOutboxMessage)
        .AddSingleton<KeyedLock>().AddSingleton<Outbox>().AddSingleton<OutboxDispatcher>()
        .AddSingleton<DueIndex>().AddSingleton<ProcessDue>();

    /// <summary>Registers the handler of a kind. Kinds are handled in the order of their registration.</summary>
    public static IServiceCollection AddDueHandler<THandler>(this IServiceCollection services, string kind, int mostARun)
        where THandler : class, IDueHandler =>
        services.AddSingleton(new DueKind(kind, mostARun))
            .AddKeyedSingleton<IDueHandler>(kind, (provider, _) => provider.GetRequiredService<THandler>());
}
