using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Planable.Functions.Tests.Metrics;

/// <summary>Reads along what is sent to the queue of syncs, which for the most part is not to be seen there for hours.</summary>
sealed partial class SentSyncs : HttpPipelinePolicy
{
    readonly ConcurrentQueue<string> _subjects = [];

    /// <summary>The subjects since the last time.</summary>
    public string[] Take()
    {
        string[] all = [.. _subjects];
        _subjects.Clear();
        return all;
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (message.Request is { Content: { } content } request && request.Method == RequestMethod.Post
            && request.Uri.Path.EndsWith("/metric-syncs/messages", StringComparison.Ordinal))
        {
            using var body = new MemoryStream();
            await content.WriteToAsync(body, message.CancellationToken);
            var text = Encoding.UTF8.GetString(
                Convert.FromBase64String(Text().Match(Encoding.UTF8.GetString(body.ToArray())).Groups["text"].Value));
            _subjects.Enqueue(JsonNode.Parse(text)!["job"]!.Text("subject"));
        }
        await ProcessNextAsync(message, pipeline);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);

    [GeneratedRegex("<MessageText>(?<text>[^<]*)</MessageText>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Text();
}
