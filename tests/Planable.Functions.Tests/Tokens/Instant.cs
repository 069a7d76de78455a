using Azure.Core;
using Azure.Core.Pipeline;

namespace Planable.Functions.Tests.Tokens;

/// <summary>Picks the instant, among an instance's requests to storage and vault, at which something happens.</summary>
sealed class Instant : HttpPipelinePolicy
{
    int _writes = int.MaxValue;

    /// <summary>Happens once, just before a transaction.</summary>
    public Func<Task>? BeforeCommit { get; set; }

    /// <summary>Lets this many writes through, and then nothing: what a process leaves that is killed there.</summary>
    public void DieAfter(int writes) => _writes = writes;

    public void Live() => _writes = int.MaxValue;

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var isWrite = message.Request.Method != RequestMethod.Get;
        if (isWrite && message.Request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal) && BeforeCommit is { } happen)
        {
            BeforeCommit = null;
            await happen();
        }
        if ((isWrite ? Interlocked.Decrement(ref _writes) : Volatile.Read(ref _writes)) < 0)
        {
            throw new DeadException();
        }
        await ProcessNextAsync(message, pipeline);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public sealed class DeadException : Exception;
}
