using Azure.Storage.Queues;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Company.Labels;
using Planable.Company.Members;
using Planable.Company.People;
using Planable.Company.RateLimits;
using Planable.Company.SignIn;
using Planable.Company.Tokens;
using Planable.Company.Usage;
using Planable.Company.Workspaces;
using Planable.Content.Activity;
using Planable.Content.Campaigns;
using Planable.Content.Media;
using Planable.Content.NetworkRules;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Content.Stories;
using Planable.Networks;
using Planable.Networks.Metrics;
using Planable.Networks.Publishing;
using Planable.Networks.Sandbox;
using Planable.Operate;
using Planable.Platform;
using Planable.Platform.Hosting;
using Planable.Platform.Http;
using Planable.Platform.Secrets;
using Planable.Platform.Telemetry;
using Planable.Settings;
using Planable.Storage;
using Planable.Work;

namespace Planable.Cli;

/// <summary>Polls the queues as the host would.</summary>
sealed class QueueRunner(
    LocalFunctions functions, RunnerSettings settings, FunctionCaller caller,
    QueueServiceClient queues, SentMessages sent, TimeProvider time, ILogger<QueueListener> log,
    LocalStores? stores = null) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await (stores?.Created ?? Task.CompletedTask).WaitAsync(stoppingToken).Quietly();
        await Task.WhenAll(functions.OfQueues.Select(function => Listener(function).RunAsync(stoppingToken)));
    }

    QueueListener Listener(LocalFunction function) =>
        new(function, queues.GetQueueClient(function.Source), settings, caller, sent, time, log);
}
