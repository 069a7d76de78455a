using Azure.Core;
using Azure.Core.Pipeline;

namespace Planable.Functions.Tests.Usage;

/// <summary>Counts writes of usage that succeeded, and spoils some where asked.</summary>
sealed class UsageWrites : HttpPipelinePolicy
{
    readonly System.Collections.Concurrent.ConcurrentBag<string> _companies = [];

    public int LoseAnswers;

    public bool Refuse { get; set; }

    public int All => _companies.Count;

    public int Of(string company) => _companies.Count(one => one == company);

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var body = message.Request.Method == RequestMethod.Get ? "" : await BodyAsync(message.Request);
        var isUsage = body.Contains("\"usage~", StringComparison.Ordinal);
        if (isUsage && Refuse)
        {
            _companies.Add("");
            throw new HttpRequestException("Away.");
        }
        await ProcessNextAsync(message, pipeline);
        if (isUsage && !message.Response.IsError)
        {
            _companies.Add(body.Split("\"PartitionKey\":\"")[1][..8]);
            if (Interlocked.Decrement(ref LoseAnswers) >= 0)
            {
                throw new HttpRequestException("Lost.");
            }
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    static async Task<string> BodyAsync(Request request)
    {
        using var body = new MemoryStream();
        if (request.Content is not null)
        {
            await request.Content.WriteToAsync(body, CancellationToken.None);
        }
        return System.Text.Encoding.UTF8.GetString(body.ToArray());
    }
}
