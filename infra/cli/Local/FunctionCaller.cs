using System.Globalization;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Context.Features;
using Microsoft.Azure.Functions.Worker.Invocation;
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

/// <summary>
/// Calls a function as the worker does, without a host: the arguments are given, and a failure goes no further than the answer.
/// </summary>
sealed class FunctionCaller(IFunctionExecutor executor, IServiceProvider services)
{
    public Task<bool> RunQueueAsync(LocalFunction function, QueueMessage message, CancellationToken cancel) => RunAsync(
        new LocalContext(function, services, cancel)
        {
            ["DequeueCount"] = message.DequeueCount.ToString(CultureInfo.InvariantCulture),
            ["InsertionTime"] = message.InsertedOn?.ToString("O", CultureInfo.InvariantCulture),
        },
        () => message.Body.ToString());

    public Task<bool> RunTimerAsync(LocalFunction function, CancellationToken cancel) =>
        RunAsync(new(function, services, cancel), () => new TimerInfo());

    async Task<bool> RunAsync(LocalContext context, Func<object> argument)
    {
        try
        {
            context.Features.Set<IFunctionInputBindingFeature>(new Arguments([argument(), context]));
            await executor.ExecuteAsync(context);
            return true;
        }
        catch (Exception)
        {
            // The function's own log line says why.
            return false;
        }
    }

    sealed class Arguments(object?[] values) : IFunctionInputBindingFeature
    {
        public ValueTask<FunctionInputBindingResult> BindFunctionInputAsync(FunctionContext context) =>
            new(new FunctionInputBindingResult(values));
    }
}
