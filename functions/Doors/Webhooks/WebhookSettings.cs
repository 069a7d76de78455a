using Planable.Platform.Hosting;

namespace Planable.Doors.Webhooks;

/// <param name="Retries">The waits between failed attempts; when the attempt after the last wait fails, the delivery has failed.</param>
/// <param name="Timeout">How long an address may take to answer.</param>
/// <param name="Run">
/// How long a worker begins attempts to one address before others have their turn. With the timeout it is shorter than the lease.
/// </param>
/// <param name="Lease">How long a worker holds a webhook's deliveries.</param>
/// <param name="PauseAfter">A webhook is paused once its address has failed for so long.</param>
sealed record WebhookSettings(TimeSpan[] Retries, TimeSpan Timeout, TimeSpan Run, TimeSpan Lease, TimeSpan PauseAfter)
{
    /// <summary>The most attempts at once to one address.</summary>
    public const int InFlight = 4;

    public static WebhookSettings Read(IConfiguration configuration) => new(
        configuration.Durations("Webhooks:Retries",
        [
            TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
            TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
        ]),
        configuration.Duration("Webhooks:Timeout", TimeSpan.FromSeconds(15)),
        configuration.Duration("Webhooks:Run", TimeSpan.FromSeconds(30)),
        configuration.Duration("Webhooks:Lease", TimeSpan.FromMinutes(2)),
        configuration.Duration("Webhooks:PauseAfter", TimeSpan.FromDays(5)));
}
