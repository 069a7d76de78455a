using Microsoft.Extensions.DependencyInjection;
using Planable.Hosting;

namespace Planable.Functions.Tests.Hosting;

/// <summary>A folder as the app is published to: host.json and a function of the test's own.</summary>
sealed class ScriptRoot : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("planable-").FullName;

    /// <summary>No two tests share a function, a queue or a timer's status.</summary>
    public string Name { get; } = "T" + Guid.NewGuid().ToString("N");

    public string QueueName => Name.ToLowerInvariant();

    public ScriptRoot(string functionTimeout = "00:05:00") =>
        File.WriteAllText(System.IO.Path.Combine(Path, "host.json"), $$"""
            {
              "functionTimeout": "{{functionTimeout}}",
              "extensions": {
                "queues": {
                  "visibilityTimeout": "00:00:02", "maxDequeueCount": 2, "batchSize": 2, "newBatchThreshold": 1, "maxPollingInterval": "00:00:00.2"
                }
              }
            }
            """);

    public ScriptRoot WithQueue() => With($$"""{"type":"queueTrigger","direction":"in","name":"item","queueName":"{{QueueName}}"}""");

    public ScriptRoot WithTimer(string schedule) => With($$"""{"type":"timerTrigger","direction":"in","name":"timer","schedule":"{{schedule}}"}""");

    public void Register(IServiceCollection services, TestFunction function)
    {
        if (Triggers.Read(Path).Queues.Any())
        {
            services.AddKeyedSingleton<IQueueFunction>(Name, function);
        }
        else
        {
            services.AddKeyedSingleton<ITimerFunction>(Name, function);
        }
    }

    ScriptRoot With(string binding)
    {
        Directory.CreateDirectory(System.IO.Path.Combine(Path, Name));
        File.WriteAllText(System.IO.Path.Combine(Path, Name, "function.json"), $$"""{"bindings":[{{binding}}]}""");
        return this;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
