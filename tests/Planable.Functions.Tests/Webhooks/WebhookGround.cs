using System.Text.Json.Nodes;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Media;

namespace Planable.Functions.Tests.Webhooks;

/// <summary>A storage of its own, an instance on it that may reach this machine, and a server that gets events.</summary>
public sealed class WebhookGround : OwnStorageGround
{
    /// <summary>What waits for minutes or hours waits for a second.</summary>
    internal static readonly (string Key, string Value)[] Settings =
        [.. MediaGround.Settings, ("Webhooks:Retries", "00:00:01,00:00:01"), ("Webhooks:Timeout", "00:00:03")];

    internal Receiver Receiver { get; } = Receiver.StartAsync().GetAwaiter().GetResult();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    private protected override App Start() => App.Start(ConnectionString, settings: Settings);

    /// <summary>Creates a webhook; its id and secret.</summary>
    internal static async Task<(string Id, string Secret)> CreateAsync(
        TestCompany company, Inbox inbox, string? token = null, string[]? events = null, string[]? workspaceIds = null)
    {
        var body = new Dictionary<string, object?>(StringComparer.Ordinal) { ["url"] = inbox.Url };
        if (events is not null)
        {
            body["events"] = events;
        }
        if (workspaceIds is not null)
        {
            body["workspaceIds"] = workspaceIds;
        }
        var made = (await company.App.As(token ?? company.Token).PostAsync("/webhooks", body).CreatedAsync())["data"]!;
        return (made["webhook"]!.Text("id"), made.Text("secret"));
    }

    /// <summary>A webhook's only delivery, once it has a status.</summary>
    internal static async Task<JsonNode> DeliveryAsync(
        TestCompany company, string webhook, string status, Func<JsonNode, bool>? andSo = null)
    {
        JsonNode? found = null;
        await Eventually.TrueAsync(async () =>
        {
            found = (await company.Client.GetAsync($"/webhooks/{webhook}/deliveries").OkAsync())["data"]!.AsArray().SingleOrDefault();
            return found?.Text("status") == status && andSo?.Invoke(found) is not false;
        }, $"the delivery is {status}");
        return found!;
    }

    internal static async Task<JsonNode> ReadAsync(TestCompany company, string webhook) =>
        (await company.Client.GetAsync("/webhooks/" + webhook).OkAsync())["data"]!;
}
