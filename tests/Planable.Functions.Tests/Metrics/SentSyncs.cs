using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Core.Pipeline;
using Planable.Storage;

namespace Planable.Functions.Tests.Metrics;

/// <summary>Reads along what is sent to the queue of syncs, which for the most part is not to be seen there for hours.</summary>
sealed partial class SentSyncs : HttpPipelinePolicy
{
    readonly ConcurrentQueue<string> _subjects = [], _workspaces = [];

    /// <summary>The subjects since the last time.</summary>
    public string[] Take() => Take(_subjects);

    /// <summary>The workspaces to plan since the last time.</summary>
    public string[] TakeWorkspaces() => Take(_workspaces);

    static string[] Take(ConcurrentQueue<string> from)
    {
        string[] all = [.. from];
        from.Clear();
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
            var subject = JsonNode.Parse(text)!["job"]!.Text("subject");
            (IdKind.Workspace.TryParse(subject, out _) ? _workspaces : _subjects).Enqueue(subject);
        }
        await ProcessNextAsync(message, pipeline);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);

    [GeneratedRegex("<MessageText>(?<text>[^<]*)</MessageText>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Text();
}
