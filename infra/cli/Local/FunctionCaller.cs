using System.Globalization;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Context.Features;
using Microsoft.Azure.Functions.Worker.Invocation;

namespace Planable.Cli;

/// <summary>Calls a function as the worker does, but without a host. Returns whether it succeeded, and does not throw.</summary>
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
            // The function has already logged the reason.
            return false;
        }
    }

    sealed class Arguments(object?[] values) : IFunctionInputBindingFeature
    {
        public ValueTask<FunctionInputBindingResult> BindFunctionInputAsync(FunctionContext context) =>
            new(new FunctionInputBindingResult(values));
    }
}
