using System.Net;
using Planable.Functions.Tests.Clients;

namespace Planable.Functions.Tests.Webhooks;

/// <summary>Deliveries pass the libraries that receivers verify them with, with the new and with the old secret.</summary>
public sealed class SignatureTests(WebhookGround ground) : IClassFixture<WebhookGround>
{
    [Fact]
    public async Task The_libraries_of_receivers_accept_what_arrives_and_nothing_else()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var inbox = ground.Receiver.Open();
        var (id, old) = await WebhookGround.CreateAsync(company, inbox);
        await company.MakeAsync(company.Post("Grüße 👩‍👩‍👧"));
        await inbox.TakeAsync(1);
        var renewed = (await company.Client.PostAsync($"/webhooks/{id}/rotate-secret", new { }).OkAsync())["data"]!.Text("secret");
        await company.Client.PostAsync($"/webhooks/{id}/test", new { }).ShouldBeAsync(HttpStatusCode.Accepted);
        var received = await inbox.TakeAsync(2);
        var folder = Directory.CreateDirectory(Path.Combine(NodeTools.Folder, "generated"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "deliveries.json"), Json.Text(
            from one in new[] { (received[0], old), (received[1], old), (received[1], renewed) }
            select new
            {
                secret = one.Item2,
                body = one.Item1.Body,
                headers = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["webhook-id"] = one.Item1.Id,
                    ["webhook-timestamp"] = one.Item1.Timestamp,
                    ["webhook-signature"] = one.Item1.Signatures,
                },
            }), TestContext.Current.CancellationToken);

        var (code, output) = await NodeTools.RunAsync("webhooks");

        Assert.True(code == 0, output);
    }
}
