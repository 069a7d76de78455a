
namespace Planable.Functions.Tests.Hosting;

/// <summary>A host.json, and a function of the test's own.</summary>
/// <param name="functionTimeout">As host.json has it.</param>
sealed class ScriptRoot(string functionTimeout = "00:05:00")
{
    /// <summary>No two tests share a function, a queue or a timer's status.</summary>
    public string Name { get; } = "T" + Guid.NewGuid().ToString("N");

    public string QueueName => Name.ToLowerInvariant();

    public LocalFunctions Functions { get; private set; } = new([], []);

    public System.Text.Json.JsonElement HostJson { get; } = System.Text.Json.JsonElement.Parse($$"""
        {
          "functionTimeout": "{{functionTimeout}}",
          "extensions": {
            "queues": {
              "visibilityTimeout": "00:00:02", "maxDequeueCount": 2, "batchSize": 2, "newBatchThreshold": 1,
              "maxPollingInterval": "00:00:00.2"
            }
          }
        }
        """);

    public ScriptRoot WithQueue()
    {
        Functions = new([new(Name, "queue", QueueName)], []);
        return this;
    }

    public ScriptRoot WithTimer(string schedule)
    {
        Functions = new([], [new(Name, "timer", schedule)]);
        return this;
    }
}
