using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

namespace Planable.Cli;

/// <summary>A queue or timer function.</summary>
/// <param name="EntryPoint">The method's full name.</param>
/// <param name="Source">The queue, or the timer's schedule.</param>
sealed record LocalFunction(string Name, string EntryPoint, string Source);

/// <summary>The functions that are not triggered by HTTP calls.</summary>
sealed record LocalFunctions(IReadOnlyList<LocalFunction> OfQueues, IReadOnlyList<LocalFunction> OfTimers)
{
    /// <summary>From the metadata that the worker's SDK generates from the attributes.</summary>
    public static LocalFunctions Generated()
    {
        var all = All();
        return new(Of(all, "queueTrigger", "queueName"), Of(all, "timerTrigger", "schedule"));
    }

    /// <summary>The routes of the HTTP functions, by function name.</summary>
    public static Dictionary<string, string> Routes() =>
        Of(All(), "httpTrigger", "route").ToDictionary(one => one.Name, one => one.Source, StringComparer.Ordinal);

    static ImmutableArray<IFunctionMetadata> All() =>
        new GeneratedFunctionMetadataProvider().GetFunctionMetadataAsync("").GetAwaiter().GetResult();

    static LocalFunction[] Of(ImmutableArray<IFunctionMetadata> all, string trigger, string source) =>
    [
        .. from function in all
           from binding in function.RawBindings!.Select(binding => JsonElement.Parse(binding))
           where binding.GetProperty("type").ValueEquals(trigger)
           orderby function.Name
           select new LocalFunction(function.Name!, function.EntryPoint!, binding.GetProperty(source).GetString()!),
    ];
}

/// <summary>Functions of this app are static methods, which need no instance.</summary>
sealed class NoActivator : IFunctionActivator
{
    public object? CreateInstance(Type instanceType, FunctionContext context) =>
        throw new NotSupportedException($"{instanceType} must be static.");
}
