using Planable.Platform.Hosting;

namespace Planable.Work;

/// <param name="GiveUpAfter">How long after its message a write may still commit.</param>
sealed record OutboxSettings(TimeSpan GiveUpAfter)
{
    public static OutboxSettings Read(IConfiguration configuration) =>
        new(configuration.Duration("Outbox:GiveUpAfter", TimeSpan.FromMinutes(15)));
}
