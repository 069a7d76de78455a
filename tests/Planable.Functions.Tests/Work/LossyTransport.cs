using Azure.Core;
using Azure.Core.Pipeline;

namespace Planable.Functions.Tests.Work;

/// <summary>Lets writes through and loses their answers.</summary>
/// <param name="path">How the path of those writes ends.</param>
sealed class LossyTransport(string path) : HttpPipelinePolicy
{
    int _left, _before;

    public int Left => _left;

    /// <param name="before">Answers that still arrive first.</param>
    public void Lose(int answers, int before = 0) => (_left, _before) = (answers, before);

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await ProcessNextAsync(message, pipeline);
        if (_left > 0 && message.Request.Method != RequestMethod.Get && message.Request.Uri.Path.EndsWith(path, StringComparison.Ordinal)
            && Interlocked.Decrement(ref _before) < 0 && Interlocked.Decrement(ref _left) >= 0)
        {
            throw new IOException("The answer was lost.");
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
}
