using Azure.Core;
using Azure.Core.Pipeline;
using Planable.Functions.Tests.Tokens;

namespace Planable.Functions.Tests.Commands;

/// <summary>Dies at the first transaction, as a process does that is killed before it.</summary>
sealed class NoTransactions : HttpPipelinePolicy
{
    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        message.Request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal)
            ? throw new Instant.DeadException() : ProcessNextAsync(message, pipeline);

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
}
