namespace Planable.Work;

/// <summary>Something that a write did and that others act upon once it has committed.</summary>
/// <param name="Name">What happened. Whoever acts upon it registers an <see cref="IEventHandler"/> under this name.</param>
/// <param name="Subject">What it happened to.</param>
sealed record DomainEvent(string Name, string Subject);

/// <summary>Acts upon an event, at least once: every method must be idempotent.</summary>
interface IEventHandler
{
    /// <param name="at">When the write committed.</param>
    /// <returns>Null when nothing is left to do, or how long to wait before going on.</returns>
    Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel);

    /// <summary>The write never committed: undoes what was done for it beforehand.</summary>
    /// <returns>As <see cref="HandleAsync"/> does.</returns>
    Task<TimeSpan?> CompensateAsync(DomainEvent planned, CancellationToken cancel) => Task.FromResult<TimeSpan?>(null);

    /// <summary>Comes before the last attempt. Where that may fail, tells whoever it concerns that the work is not done.</summary>
    Task LastAttemptAsync(DomainEvent happened, CancellationToken cancel) => Task.CompletedTask;
}

static class EventServices
{
    /// <summary>Has a service act upon events of this name. Several may act upon the same.</summary>
    public static IServiceCollection AddEventHandler<THandler>(this IServiceCollection services, string name) where THandler : class,
        IEventHandler =>
        services.AddKeyedSingleton<IEventHandler>(name, (provider, _) => provider.GetRequiredService<THandler>());
}
