namespace Planable.Work;

/// <summary>Something that a write did. Its handlers run once the write has committed.</summary>
/// <param name="Name">What happened. An <see cref="IEventHandler"/> is registered under this name.</param>
/// <param name="Subject">The id or key of what it happened to.</param>
sealed record DomainEvent(string Name, string Subject);

/// <summary>Handles an event, at least once: every method must be idempotent.</summary>
interface IEventHandler
{
    /// <param name="at">When the write committed.</param>
    /// <returns>Null when all is done; otherwise how long to wait before the next call.</returns>
    Task<TimeSpan?> HandleAsync(DomainEvent happened, DateTimeOffset at, CancellationToken cancel);

    /// <summary>The write never committed: undoes what was prepared for it.</summary>
    /// <returns>The same as <see cref="HandleAsync"/>.</returns>
    Task<TimeSpan?> CompensateAsync(DomainEvent planned, CancellationToken cancel) => Task.FromResult<TimeSpan?>(null);

    /// <summary>Called before the last attempt. If that may fail, tell the user that the work is not done.</summary>
    Task LastAttemptAsync(DomainEvent happened, CancellationToken cancel) => Task.CompletedTask;
}

static class EventServices
{
    /// <summary>Registers a handler for events of this name. An event can have several handlers.</summary>
    public static IServiceCollection AddEventHandler<THandler>(this IServiceCollection services, string name) where THandler : class,
        IEventHandler =>
        services.AddKeyedSingleton<IEventHandler>(name, (provider, _) => provider.GetRequiredService<THandler>());
}
