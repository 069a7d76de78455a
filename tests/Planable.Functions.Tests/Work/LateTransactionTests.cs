using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Planable.Company.Companies;
using Planable.Content.Posts;
using Planable.Work;

namespace Planable.Functions.Tests.Work;

/// <summary>
/// Storage seems to have lost a transaction, and its record is not there; then it lands after all, before the next attempt reads. What that
/// attempt finds is this very call's own doing, and no problem to tell the caller. The instance is as under the host: what follows others'
/// writes sends transactions too.
/// </summary>
public sealed class LateTransactionTests(AzuriteFixture fixture)
{
    [Fact]
    public async Task A_post_that_this_call_has_deleted_is_not_missing()
    {
        var late = new LateTransport();
        await using var app = App.Start(
            fixture.ConnectionString, services => services.AddSingleton<HttpPipelinePolicy>(late), App.CallsOnly);
        var company = await TestCompany.CreateAsync(app);
        var post = (await company.MakeAsync())[0];

        late.HoldNext();
        await company.Client.DeleteAsync("/posts/" + post).GoneAsync();

        Assert.True(late.HasLanded);
        Assert.Equal(0, await company.CountAsync());
    }

    [Fact]
    public async Task The_last_post_of_a_plan_is_not_one_too_many_because_this_call_has_made_it()
    {
        var late = new LateTransport();
        await using var app = App.Start(
            fixture.ConnectionString, services => services.AddSingleton<HttpPipelinePolicy>(late), App.CallsOnly);
        var company = await TestCompany.CreateAsync(app, Plan.Basic);
        var now = TimeProvider.System.GetUtcNow();
        foreach (var some in Enumerable.Range(1, Plan.Basic.Limits().Posts!.Value - 1).Chunk(30))
        {
            Post[] posts = [.. some.Select(_ => company.StoredPost("Before", now))];
            await app.Get<PostCreation>().ImportAsync(company.Workspaces[0].Key, posts, now, TestContext.Current.CancellationToken);
        }

        late.HoldNext();
        await company.MakeAsync();

        Assert.True(late.HasLanded);
        Assert.Equal(Plan.Basic.Limits().Posts, await company.CountAsync());
    }

    /// <summary>Says that a transaction failed, and sends it once its record has been looked for in vain.</summary>
    sealed class LateTransport : HttpPipelinePolicy
    {
        static readonly HttpClient Storage = new();
        bool _holdsNext;
        HttpRequestMessage? _held;

        public bool HasLanded { get; private set; }

        public void HoldNext() => _holdsNext = true;

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (_holdsNext && message.Request.Uri.Path.EndsWith("$batch", StringComparison.Ordinal))
            {
                _holdsNext = false;
                _held = await CopyAsync(message.Request);
                throw new RequestFailedException(503, "Storage is busy.");
            }
            await ProcessNextAsync(message, pipeline);
            if (_held is { } held && message.Request.Uri.Path.Contains(Outbox.Prefix, StringComparison.Ordinal))
            {
                _held = null;
                using var landed = await Storage.SendAsync(held);
                HasLanded = landed.IsSuccessStatusCode && message.Response.Status == 404;
            }
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

        static async Task<HttpRequestMessage> CopyAsync(Request request)
        {
            using var body = new MemoryStream();
            await request.Content!.WriteToAsync(body, TestContext.Current.CancellationToken);
            var copy = new HttpRequestMessage(HttpMethod.Post, request.Uri.ToUri()) { Content = new ByteArrayContent(body.ToArray()) };
            foreach (var header in request.Headers)
            {
                _ = copy.Headers.TryAddWithoutValidation(header.Name, header.Value)
                    || copy.Content.Headers.TryAddWithoutValidation(header.Name, header.Value);
            }
            return copy;
        }
    }
}
