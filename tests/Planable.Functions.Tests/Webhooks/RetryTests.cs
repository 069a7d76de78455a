using System.Net;
using Microsoft.AspNetCore.Http;
using Planable.Doors.Webhooks;
using Planable.Functions.Tests.Hosting;
using Planable.Storage;

namespace Planable.Functions.Tests.Webhooks;

/// <summary>How attempts follow one another, and when they end.</summary>
public sealed class RetryTests(WebhookGround ground) : IClassFixture<WebhookGround>
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_address_that_asks_to_wait_is_left_alone_for_so_long()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var inbox = ground.Receiver.Open((http, number) => AnswerAsync(http, number == 0 ? 429 : 204, "4"));
        var (id, _) = await WebhookGround.CreateAsync(company, inbox);

        await company.Client.PostAsync($"/webhooks/{id}/test", new { }).ShouldBeAsync(HttpStatusCode.Accepted);

        var attempts = (await WebhookGround.DeliveryAsync(company, id, "delivered"))["attempts"]!.AsArray()
            .Select(one => DateTimeOffset.Parse(one!.Text("startedAt"), System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.InRange(attempts[1] - attempts[0], TimeSpan.FromSeconds(4), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task An_address_that_asks_to_wait_for_a_year_is_asked_again_within_a_day()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var inbox = ground.Receiver.Open((http, _) => AnswerAsync(http, 503, "31536000"));
        var (id, _) = await WebhookGround.CreateAsync(company, inbox);

        await company.Client.PostAsync($"/webhooks/{id}/test", new { }).ShouldBeAsync(HttpStatusCode.Accepted);

        await inbox.TakeAsync(1);
        var delivery = await WebhookGround.DeliveryAsync(company, id, "pending", one => one["nextAttemptAt"] is not null
            && one["attempts"]!.AsArray().Count == 1);
        var next = DateTimeOffset.Parse(delivery.Text("nextAttemptAt"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(next - TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(23), TimeSpan.FromHours(24));
    }

    [Theory]
    [InlineData(1, "paused")]
    [InlineData(30, "active")]
    public async Task An_address_that_fails_for_days_is_paused_if_it_still_fails(int hoursSinceLastFailure, string status)
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var inbox = ground.Receiver.Open((http, _) => AnswerAsync(http, 500, null));
        var (id, _) = await WebhookGround.CreateAsync(company, inbox);
        Assert.True(IdKind.Webhook.TryParse(id, out var webhook));
        var (deliveries, now) = (ground.App.Get<DeliveryStore>(), TimeProvider.System.GetUtcNow());
        var held = await deliveries.TakeAsync(webhook.Partition + webhook.Key, TimeSpan.FromMinutes(1), Cancel);
        await deliveries.ReleaseAsync(webhook.Partition + webhook.Key, held!, held!.Value with
        {
            FailingSince = now.AddDays(-6),
            Failures = [now.AddHours(-hoursSinceLastFailure)],
        }, Cancel);

        await company.Client.PostAsync($"/webhooks/{id}/test", new { }).ShouldBeAsync(HttpStatusCode.Accepted);
        await inbox.TakeAsync(1);

        await Eventually.TrueAsync(async () => (await deliveries.TakeAsync(webhook.Partition + webhook.Key, TimeSpan.Zero, Cancel))
            ?.Value.Failures.Length == 2, "the failure is known");
        var read = await WebhookGround.ReadAsync(company, id);
        Assert.Equal(status, read.Text("status"));
        Assert.Equal(status == "paused", read["statusReason"] is not null);
    }

    [Fact]
    public async Task Several_workers_send_each_event_once()
    {
        const int Events = 30;
        var company = await TestCompany.CreateAsync(ground.App);
        var inbox = ground.Receiver.Open();
        var (id, _) = await WebhookGround.CreateAsync(company, inbox);
        await company.Client.PatchAsync("/webhooks/" + id, new { paused = true }).OkAsync();
        await Parallel.ForAsync(0, Events, Cancel, async (_, _) =>
            await company.Client.PostAsync($"/webhooks/{id}/test", new { }).ShouldBeAsync(HttpStatusCode.Accepted));
        await company.Client.PatchAsync("/webhooks/" + id, new { paused = false }).OkAsync();
        Assert.True(IdKind.Webhook.TryParse(id, out var webhook));

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ =>
            ground.App.Get<DeliverEvents>().RunAsync(new(webhook.Partition + webhook.Key), Cancel)));

        await inbox.TakeAsync(Events);
        Assert.Equal(Events, inbox.All.Select(one => one.Id).Distinct().Count());
        Assert.Equal(Events, inbox.All.Length);
    }

    static Task AnswerAsync(HttpContext http, int status, string? wait)
    {
        http.Response.StatusCode = status;
        if (wait is not null)
        {
            http.Response.Headers.RetryAfter = wait;
        }
        return Task.CompletedTask;
    }
}
