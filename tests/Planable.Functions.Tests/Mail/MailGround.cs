using System.Text.Json;
using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using Planable.Company.Companies;
using Planable.Content.Events;
using Planable.Content.Posts;
using Planable.Doors.Mail;
using Planable.Platform.Secrets;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Mail;

/// <summary>A storage of its own, a mail server, and an instance that does only what a test has it do.</summary>
public sealed class MailGround : OwnStorageGround
{
    const string Address = "planable@example.com", Password = "a secret";

    internal FakeMailServer Server { get; } = new(Address, Password);

    internal ShiftedTime Time { get; } = new();

    /// <summary>An instance without triggers that sends its mail to the server.</summary>
    internal (string Key, string Value)[] Settings =>
    [
        App.CallsOnly[0], ("environment", "Development"), ("PublicBaseUrl", "https://planable.example"),
        ("Smtp:Url", $"smtp://{Uri.EscapeDataString(Address)}@127.0.0.1:{Server.Port}"),
    ];

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Server.DisposeAsync();
    }

    private protected override App Start()
    {
        var app = App.Start(ConnectionString, services => services.AddSingleton<TimeProvider>(Time), Settings);
        app.Get<SecretStore>().SetAsync(MailSettings.Password, Password, Cancel).GetAwaiter().GetResult();
        return app;
    }

    /// <summary>A company whose posts are approved, and its owner with an address of its own.</summary>
    internal async Task<(TestCompany Company, User Owner)> CompanyAsync(bool sendReminders = false)
    {
        var company = await TestCompany.CreateAsync(App, approval: new()
        {
            Type = ApprovalType.OPTIONAL,
            AutoLock = false,
            AutoSchedule = false,
            SendReminders = sendReminders,
        });
        return (company, await company.PersonAsync(company.Owner with { Email = NewAddress() }));
    }

    /// <summary>A person with these permissions in the first workspace.</summary>
    internal static Task<User> PersonAsync(TestCompany company, Role role = Role.MEMBER, params Permission[] permissions) =>
        company.PersonAsync(TestCompany.Person(role, (company.Workspaces[0], [Permission.VIEW, .. permissions])) with
        {
            Email = NewAddress(),
        });

    /// <summary>The owner asks for the approval of a post.</summary>
    internal static async Task AskAsync(TestCompany company, string post, params User[] approvers) => await company.Client.PostAsync(
        $"/posts/{post}/request-approval", new { approverIds = approvers.Select(user => user.Id(company.Key)) }).OkAsync();

    /// <summary>What the app logs by itself when a post could not be published.</summary>
    internal async Task FailAsync(Post post) => await App.Get<Tables>().Content.SubmitTransactionAsync(
        await App.Get<EventLog>().DraftAsync(post.Workspace, [PostEvents.Of(post, EventTypes.PublishFailed)], Cancel), Cancel);

    /// <summary>What happens within a minute: events are handled, and what is due is done.</summary>
    internal async Task MinuteAsync(App? app = null)
    {
        await HandleAsync(app ?? App);
        await (app ?? App).Get<ProcessDue>().RunAsync(Cancel);
    }

    /// <summary>Handles all events that wait, each as often as is said.</summary>
    internal async Task HandleAsync(App app, int times = 1)
    {
        var queue = new QueueClient(ConnectionString, Queues.Outbox, new() { MessageEncoding = QueueMessageEncoding.Base64 });
        // Messages are hidden for a second.
        await Task.Delay(TimeSpan.FromSeconds(1.2), Cancel);
        while ((await queue.ReceiveMessagesAsync(32, TimeSpan.FromMinutes(5), Cancel)).Value is { Length: > 0 } messages)
        {
            foreach (var message in messages)
            {
                var job = JsonSerializer.Deserialize(message.Body, WorkStoredJson.Default.MessageOutboxMessage)!.Job;
                for (var time = 1; time <= times; time++)
                {
                    await app.Get<OutboxDispatcher>().RunAsync(job, isLastAttempt: false, Cancel);
                }
                await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, Cancel);
            }
        }
    }

    static string NewAddress() => $"{Guid.NewGuid():N}@example.com";
}

/// <summary>The clock, moved ahead.</summary>
sealed class ShiftedTime : TimeProvider
{
    public TimeSpan By { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + By;
}
