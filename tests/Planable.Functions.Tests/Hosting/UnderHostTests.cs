using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection;
using Planable.Companies;
using Planable.Hosting;

namespace Planable.Functions.Tests.Hosting;

/// <summary>The whole app as the Functions host sees it.</summary>
public sealed class UnderHostTests(AzuriteFixture fixture)
{
    const string Call = """{"Data":{"item":"{\"job\":{}}"}}""";

    [Theory]
    [InlineData("/FollowUps", "200")]
    [InlineData("/followups", "404")]
    [InlineData("//FollowUps", "404")]
    [InlineData("/FollowUps/", "404")]
    [InlineData("/FollowUps?x", "404")]
    [InlineData("/api/FollowUps", "404")]
    [InlineData("/api/../FollowUps", "404")]
    [InlineData("/api/%2e%2e/FollowUps", "404")]
    [InlineData("/api/..%2fFollowUps", "404")]
    [InlineData("/api/%252e%252e/FollowUps", "404")]
    [InlineData("/api/v1/..%252f..%252f..%252fFollowUps", "404")]
    [InlineData("/api/..\\FollowUps", "404")]
    [InlineData("/%46ollowUps", "404")]
    [InlineData("http://localhost/FollowUps", "404")]
    public async Task A_trigger_is_reached_by_its_name_alone(string target, string status)
    {
        var function = new TestFunction();
        await using var app = Start(services => services.AddKeyedSingleton<IQueueFunction>("FollowUps", function));

        var answer = await RawRequest.SendAsync(app, "none", $"POST {target} HTTP/1.1", $"Content-Length: {Call.Length}\r\n", Call);

        Assert.Equal(status, answer.Split(' ')[1]);
        Assert.Equal(status == "200" ? 1 : 0, function.Runs.Count);
    }

    [Fact]
    public async Task A_trigger_may_take_longer_than_a_callers_call()
    {
        var slow = new TestFunction((_, cancel) => Task.Delay(TimeSpan.FromSeconds(1), cancel));
        await using var app = Start(services => services.AddKeyedSingleton<IQueueFunction>("FollowUps", slow)
            .PostConfigure<RequestTimeoutOptions>(options => options.DefaultPolicy = new() { Timeout = TimeSpan.FromMilliseconds(100) }));
        using var content = new StringContent(Call);

        await app.Http.PostAsync(new Uri("/FollowUps", UriKind.Relative), content, TestContext.Current.CancellationToken).OkAsync();
    }

    [Fact]
    public async Task Before_it_is_ready_nothing_is_asked_of_storage()
    {
        var requests = new Requests();
        await using var app = Start(services => services.AddSingleton<HttpPipelinePolicy>(requests));

        using var ready = await app.Http.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Empty(requests.All);
    }

    [Fact]
    public async Task A_message_is_one_object_in_base64()
    {
        var requests = new Requests();
        await using var app = Start(services => services.AddSingleton<HttpPipelinePolicy>(requests));
        var company = await TestCompany.CreateAsync(app, Plan.Free);

        await company.MakeAsync();

        var sent = Assert.Single(requests.All, request => request.Contains("<QueueMessage>", StringComparison.Ordinal));
        var text = Regex.Match(sent, "(?<=<MessageText>).*(?=</MessageText>)", RegexOptions.None, TimeSpan.FromSeconds(1)).Value;
        Assert.StartsWith("""{"job":{""", Encoding.UTF8.GetString(Convert.FromBase64String(text)), StringComparison.Ordinal);
    }

    App Start(Action<IServiceCollection> services) => App.Start(fixture.ConnectionString, services, App.UnderHost);

    /// <summary>Notes what is sent to storage.</summary>
    sealed class Requests : HttpPipelinePolicy
    {
        public ConcurrentQueue<string> All { get; } = [];

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            using var body = new MemoryStream();
            await (message.Request.Content?.WriteToAsync(body, message.CancellationToken) ?? Task.CompletedTask);
            All.Enqueue($"{message.Request.Method} {message.Request.Uri.Path}\n{Encoding.UTF8.GetString(body.ToArray())}");
            await ProcessNextAsync(message, pipeline);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}
