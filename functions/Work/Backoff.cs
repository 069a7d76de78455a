namespace Planable.Work;

/// <summary>How long to wait before the next attempt.</summary>
/// <param name="First">The longest wait after the first attempt. It doubles with each attempt.</param>
/// <param name="Longest">The upper limit of every wait.</param>
/// <remarks>Source: aws.amazon.com/blogs/architecture, "Exponential Backoff And Jitter": full jitter.</remarks>
sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>After an optimistic lock conflict. The waits are short, because the other write is already done.</summary>
    public static readonly Backoff Contention = new(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(1));

    /// <summary>Waits of a schedule grow by up to this fraction, so that work that failed together is not retried together.</summary>
    const double Jitter = 0.1;

    /// <param name="attempt">How many attempts were made: at least 1.</param>
    public TimeSpan Delay(int attempt)
    {
        var most = First * Math.Pow(2, Math.Min(attempt - 1, 20));
        return Random.Shared.NextDouble() * (most < Longest ? most : Longest);
    }

    public Task WaitAsync(int attempt, TimeProvider time, CancellationToken cancel) => Task.Delay(Delay(attempt), time, cancel);

    /// <summary>The wait of a schedule after this many attempts; null if no attempt is left.</summary>
    public static TimeSpan? Scheduled(TimeSpan[] waits, int attempts) =>
        attempts > waits.Length ? null : waits[attempts - 1] * (1 + (Jitter * Random.Shared.NextDouble()));
}
