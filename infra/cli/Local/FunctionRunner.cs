namespace Planable.Cli;

/// <summary>
/// Runs the queue and timer functions once their stores exist. What only they need is made then, and the first calls have the machine to
/// themselves.
/// </summary>
sealed class FunctionRunner(IServiceProvider services, LocalStores? stores = null) : BackgroundService
{
    static readonly TimeSpan HeadStart = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (stores is not null)
        {
            if (!await stores.AreCreatedAsync(stoppingToken))
            {
                return;
            }
            await Task.Delay(HeadStart, stoppingToken);
        }
        await Task.WhenAll(
            services.GetRequiredService<QueueRunner>().RunAsync(stoppingToken),
            services.GetRequiredService<TimerRunner>().RunAsync(stoppingToken));
    }
}
