namespace Planable.Work;

/// <summary>How long to wait before the next attempt.</summary>
/// <param name="First">The longest wait after the first attempt; it doubles with each.</param>
/// <param name="Longest">The longest wait of all.</param>
/// <remarks>Source: aws.amazon.com/blogs/architecture, "Exponential Backoff And Jitter": full jitter.</remarks>
sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>After a write lost against another: short, since the other is done already.</summary>
    public static readonly Backoff Contention = new(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(1));

    /// <summary>Delays of a schedule vary by this part, so that what failed together is not tried together.</summary>
    const double Jitter = 0.1;

    /// <param name="attempt">How many attempts were made, 1 at the least.</param>
    public TimeSpan Delay(int attempt)
    {
        var most = First * Math.Pow(2, Math.Min(attempt - 1, 20));
        return Random.Shared.NextDouble() * (most < Longest ? most : Longest);
    }

    public Task WaitAsync(int attempt, TimeProvider time, CancellationToken cancel) => Task.Delay(Delay(attempt), time, cancel);

    /// <summary>The wait of a schedule after so many attempts; null where they were enough.</summary>
    public static TimeSpan? Scheduled(TimeSpan[] waits, int attempts) =>
        attempts > waits.Length ? null : waits[attempts - 1] * (1 + (Jitter * Random.Shared.NextDouble()));
}
