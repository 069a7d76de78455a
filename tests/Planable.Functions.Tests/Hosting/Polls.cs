using Azure.Core;
using Azure.Core.Pipeline;

namespace Planable.Functions.Tests.Hosting;

/// <summary>Counts how often a queue's messages were asked for, whatever came of it.</summary>
sealed class Polls : HttpPipelinePolicy
{
    int _ended;

    public int Ended => _ended;

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        try
        {
            await ProcessNextAsync(message, pipeline);
        }
        finally
        {
            if (message.Request.Method == RequestMethod.Get && message.Request.Uri.Path.EndsWith("/messages", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _ended);
            }
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
}
