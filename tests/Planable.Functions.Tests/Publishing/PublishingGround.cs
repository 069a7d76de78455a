using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using Planable.Content.Pages;
using Planable.Functions.Tests.Hosting;
using Planable.Networks.Publishing;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Publishing;

/// <summary>A storage of its own with an app that runs no triggers by itself: a test says when a minute has come.</summary>
public abstract class PublishingGround : OwnStorageGround
{
    private protected virtual (string Key, string Value)[] Settings => [];

    private protected override App Start() => Start(null);

    private protected App Start(Action<IServiceCollection>? services = null, params (string Key, string Value)[] settings) =>
        App.Start(ConnectionString, services, [.. App.CallsOnly, ("Publishing:Lease", "00:00:06"), ("Publishing:Timeout", "00:00:08"),
            ("Publishing:Retries", "00:00:01,00:00:01"), .. Settings, .. settings]);

    /// <summary>What the timer does each minute.</summary>
    private protected Task TickAsync(App? app = null) => (app ?? App).Get<ProcessDue>().RunAsync(Cancel);

    /// <summary>Runs every message that waits, once.</summary>
    private protected async Task<int> DrainAsync(App? app = null)
    {
        var queue = new QueueClient(ConnectionString, Queues.PublishPosts, new() { MessageEncoding = QueueMessageEncoding.Base64 });
        var ran = 0;
        while ((await queue.ReceiveMessagesAsync(32, TimeSpan.FromMinutes(5), Cancel)).Value is { Length: > 0 } messages)
        {
            await Task.WhenAll(messages.Select(async message =>
            {
                await RunAsync(JsonSerializer.Deserialize(message.Body, PublishingStoredJson.Default.MessagePublishJob)!.Job, app);
                await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, Cancel);
            }));
            ran += messages.Length;
        }
        return ran;
    }

    private protected Task RunAsync(PublishJob job, App? app = null) => (app ?? App).Get<PublishPost>().RunAsync(job, Cancel);

    /// <summary>A minute: what is due is found and done.</summary>
    private protected async Task MinuteAsync(App? app = null)
    {
        await TickAsync(app);
        await DrainAsync(app);
    }

    /// <summary>Minutes, until a post has a status.</summary>
    private protected Task BecomesAsync(TestCompany company, string post, string status, App? app = null) =>
        Eventually.TrueAsync(async () =>
        {
            await MinuteAsync(app);
            return (await company.ReadAsync(post)).Text("status") == status;
        }, $"it becomes {status}");

    /// <summary>A post of the first page that is scheduled for a moment ago.</summary>
    private protected static async Task<string> DueAsync(TestCompany company, string text = "Hello", object? more = null)
    {
        var body = company.Post(text)
            .With("scheduledAt", TimeProvider.System.GetUtcNow().AddSeconds(-2).ToString("O")).With("publishAtScheduledDate", true);
        foreach (var property in more?.GetType().GetProperties() ?? [])
        {
            body.With(property.Name, property.GetValue(more));
        }
        return (await company.MakeAsync(body))[0];
    }

    private protected static async Task<JsonArray> AttemptsAsync(TestCompany company, string post) =>
        (await company.Client.GetAsync($"/posts/{post}/publish-attempts").OkAsync())["data"]!.AsArray();

    /// <summary>The post, which failed for this, says so and what to do, as its latest attempt does.</summary>
    private protected static async Task<JsonNode> FailedAsync(TestCompany company, string post, string code)
    {
        var (failed, attempt) = (await company.ReadAsync(post), (await AttemptsAsync(company, post))[0]!);
        Assert.Equal(("WITH_ERRORS", code, code, "FAILED"),
            (failed.Text("status"), failed["publishFailure"]!.Text("code"), attempt.Text("code"), attempt.Text("state")));
        Assert.NotEmpty(attempt.Text("message"));
        Assert.NotEmpty(attempt.Text("hint"));
        Assert.Equal("PUBLISH_FAILED", (await company.Client.GetAsync($"/posts/{post}/activity").OkAsync())["data"]![0]!.Text("action"));
        return failed;
    }

    private protected Task FailAsync(string page, SandboxFault? fault) =>
        App.Get<PageStore>().SetFaultAsync(Parsed(IdKind.Page, page), fault, Cancel);

    private protected static Id Parsed(IdKind kind, string id) =>
        kind.TryParse(id, out var parsed) ? parsed : throw new ArgumentException(id, nameof(id));

    private protected Task<List<Azure.Data.Tables.TableEntity>> PointersAsync() =>
        App.Get<Tables>().Due.RangeEverywhereAsync("", null, Cancel).ToListAsync(Cancel).AsTask();

    /// <summary>A clock that is ahead.</summary>
    private protected sealed class Ahead(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
