using System.Text.Json;

namespace Planable.Hosting;

abstract record Trigger(string Name);

sealed record HttpTrigger(string Name, string Route) : Trigger(Name);

sealed record QueueTrigger(string Name, string QueueName) : Trigger(Name);

sealed record TimerTrigger(string Name, string Schedule) : Trigger(Name);

/// <summary>The functions of this app: its function.json files and nothing else.</summary>
sealed class Triggers(IReadOnlyList<Trigger> all)
{
    public IEnumerable<HttpTrigger> Http => all.OfType<HttpTrigger>();
    public IEnumerable<QueueTrigger> Queues => all.OfType<QueueTrigger>();
    public IEnumerable<TimerTrigger> Timers => all.OfType<TimerTrigger>();

    /// <summary>Every queue that must exist, the poison queues among them.</summary>
    public IEnumerable<string> QueueNames =>
        Queues.Select(queue => queue.QueueName).Distinct().SelectMany(name => new[] { name, PoisonQueue.NameOf(name) });

    public static Triggers Read(string directory) =>
        new([.. Directory.EnumerateDirectories(directory)
            .Where(folder => File.Exists(Path.Combine(folder, "function.json")))
            .Order(StringComparer.Ordinal)
            .Select(ReadOne)]);

    static Trigger ReadOne(string folder)
    {
        var name = Path.GetFileName(folder);
        try
        {
            var function = JsonElement.Parse(File.ReadAllBytes(Path.Combine(folder, "function.json")));
            return FromBinding(name, function.GetProperty("bindings").EnumerateArray().Single(IsTrigger));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidOperationException($"{name}/function.json: {e.Message}", e);
        }
    }

    static bool IsTrigger(JsonElement binding) => binding.GetProperty("type").GetString()!.EndsWith("Trigger", StringComparison.Ordinal);

    static Trigger FromBinding(string name, JsonElement binding)
    {
        string Text(string property) => binding.GetProperty(property).GetString()!;
        return (Text("type"), Text("name")) switch
        {
            ("httpTrigger", _) => new HttpTrigger(name, Text("route")),
            ("queueTrigger", "item") => new QueueTrigger(name, Text("queueName")),
            ("timerTrigger", "timer") => new TimerTrigger(name, Text("schedule")),
            var (type, binds) => throw new InvalidOperationException($"a {type} named \"{binds}\" is not one this app answers."),
        };
    }

    /// <summary>A trigger without its handler, or the other way round, would only be found out by the first message.</summary>
    public void MustMatch(IEnumerable<ServiceDescriptor> services)
    {
        var keyed = services.Where(service => service.IsKeyedService).ToList();
        MustMatch<IQueueFunction>(keyed, "queue", [.. Queues.Select(queue => queue.Name)]);
        MustMatch<ITimerFunction>(keyed, "timer", [.. Timers.Select(timer => timer.Name)]);
    }

    static void MustMatch<THandler>(List<ServiceDescriptor> keyed, string kind, HashSet<string> functions)
    {
        var handlers = keyed.Where(service => service.ServiceType == typeof(THandler))
            .Select(service => $"{service.ServiceKey}").ToHashSet();
        if (functions.Except(handlers).FirstOrDefault() is { } unhandled)
        {
            throw new InvalidOperationException(
                $"{unhandled}/function.json has a {kind} trigger, but no {typeof(THandler).Name} is registered as \"{unhandled}\".");
        }
        if (handlers.Except(functions).FirstOrDefault() is { } untriggered)
        {
            throw new InvalidOperationException(
                $"An {typeof(THandler).Name} is registered as \"{untriggered}\", "
                + $"but there is no {untriggered}/function.json with a {kind} trigger.");
        }
    }
}
