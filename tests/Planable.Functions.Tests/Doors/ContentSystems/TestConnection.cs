using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Planable.Doors.ContentSystems;
using Planable.Functions.Tests.Hosting;
using Planable.Storage;

namespace Planable.Functions.Tests.Doors.ContentSystems;

/// <summary>A connection, and its content system's side.</summary>
sealed record TestConnection(TestCompany Company, string Id, Uri Hook, string Secret)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    string Path => "/cms-connections/" + Id;

    /// <summary>A call that carries a secret.</summary>
    public Task<HttpResponseMessage> CallAsync(object body, string? secret = null, Uri? hook = null) =>
        SendAsync(
            Json.Text(body), request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret ?? Secret), hook);

    /// <summary>A call as Ghost signs it.</summary>
    public Task<HttpResponseMessage> CallAsGhostAsync(string body)
    {
        var time = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(body + time));
        return SendAsync(body, request =>
            request.Headers.TryAddWithoutValidation("X-Ghost-Signature", $"sha256={Convert.ToHexStringLower(hash)}, t={time}"));
    }

    public async Task<HttpResponseMessage> SendAsync(string body, Action<HttpRequestMessage>? change = null, Uri? hook = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, hook ?? Hook)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        change?.Invoke(request);
        return await Company.App.Http.SendAsync(request, Cancel);
    }

    /// <summary>What becomes of an entry of which a call says this.</summary>
    public async Task<JsonNode> HandleAsync(object body)
    {
        await CallAsync(body).OkAsync();
        return await ResultAsync();
    }

    /// <summary>What became of the only entry of the last call.</summary>
    public async Task<JsonNode> ResultAsync()
    {
        JsonArray deliveries = [];
        await Eventually.TrueAsync(async () =>
        {
            deliveries = await DeliveriesAsync();
            return deliveries.All(one => one!["results"] is not null);
        }, "all deliveries are handled");
        return Assert.Single(deliveries[0]!["results"]!.AsArray())!;
    }

    public async Task<JsonArray> DeliveriesAsync() =>
        (await Company.Client.GetAsync(Path + "/deliveries").OkAsync())["data"]!.AsArray();

    /// <summary>The id of a delivery that was stored without a call.</summary>
    public async Task<string> DeliveryAsync()
    {
        Assert.True(IdKind.ContentConnection.TryParse(Id, out var id));
        var delivery = new ContentDelivery(Ids.NewKey(TimeProvider.System), TimeProvider.System.GetUtcNow(), []);
        await Company.App.Get<ContentDeliveryStore>().AddAsync(id, delivery, "{}", Cancel);
        return IdKind.ContentDelivery.Format(id.Partition, delivery.Key);
    }
}

static class ContentSystemCompany
{
    /// <summary>The least that makes a connection.</summary>
    public static Dictionary<string, object?> Connection(this TestCompany company, string provider = "generic") =>
        new(StringComparer.Ordinal)
        {
            ["workspaceId"] = company.WorkspaceId,
            ["provider"] = provider,
            ["name"] = "A site",
            ["pages"] = new[] { new { pageId = company.PageIds[0] } },
        };

    public static async Task<TestConnection> ConnectAsync(this TestCompany company, Dictionary<string, object?>? body = null)
    {
        var made = (await company.Client.PostAsync("/cms-connections", body ?? company.Connection()).CreatedAsync())["data"]!;
        return new(company, made["connection"]!.Text("id"), new(made.Text("hookUrl")), made.Text("secret"));
    }
}
