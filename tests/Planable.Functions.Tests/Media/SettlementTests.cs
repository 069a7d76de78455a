using System.Net;
using Planable.Content.Media;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Media;

/// <summary>What changes between a file's last byte and its entry. The instance here runs no triggers: the tests do.</summary>
public sealed class SettlementTests : OwnStorageGround
{
    private protected override App Start() => App.Start(ConnectionString, settings: [.. App.CallsOnly, .. MediaGround.Settings]);

    [Fact]
    public async Task Bytes_that_were_there_and_are_deleted_meanwhile_are_brought_again()
    {
        var company = await TestCompany.CreateAsync(App);
        var picture = MediaGround.Png();
        var twin = await SendAsync(company, picture);
        await IngestAsync(company, twin);
        var file = (await StoredAsync(company, twin))!.File!;
        var key = await SendAsync(company, picture);
        await using (var lease = await TakeAsync(company, key))
        {
            await company.Client.DeleteAsync("/media/" + IdKind.Media.Format(company.Workspaces[0].Key, twin)).GoneAsync();

            var failure = await Assert.ThrowsAsync<FetchFailure>(
                () => App.Get<MediaSettlement>().SettleAsync(lease, lease.Item.Succeeded(file), Cancel));

            Assert.True(failure.IsTransient);
            Assert.True(await lease.ReleaseAsync(TimeSpan.Zero, Cancel));
        }
        await IngestAsync(company, key);

        var brought = await StoredAsync(company, key);
        Assert.Equal((MediaStatus.success, file.Hash), (brought!.Status, brought.File!.Hash));
        Assert.NotEqual(file.Key, brought.File.Key);
        using var read = await App.Http.GetAsync(
            (await company.Client.GetAsync("/media/" + brought.Id).OkAsync())["data"]!.Text("url"), Cancel);
        Assert.Equal(picture, await read.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Fact]
    public async Task Who_has_lost_an_upload_to_another_leaves_it_what_was_sent()
    {
        var company = await TestCompany.CreateAsync(App);
        var key = await SendAsync(company, MediaGround.Png());
        var lost = await TakeAsync(company, key);
        await using (lost)
        {
            await App.Get<Tables>().Content.ChangeAsync(
                company.Workspaces[0].Key, MediaStore.Prefix + key, MediaStoredJson.Default.MediaItem,
                item => item! with { Due = default }, Cancel);

            await App.Get<MediaSettlement>().SettleAsync(lost, lost.Item.Failed("It is not an image."), Cancel);
        }

        Assert.False((await StoredAsync(company, key))!.IsSettled);
        await IngestAsync(company, key);
        Assert.Equal(MediaStatus.success, (await StoredAsync(company, key))!.Status);
    }

    /// <summary>A file that was sent, and that nobody has looked at.</summary>
    async Task<string> SendAsync(TestCompany company, byte[] file)
    {
        var upload = await company.Client.PostAsync(
            "/media/uploads", new { workspaceId = company.WorkspaceId, name = "a.png" }).CreatedAsync();
        using var body = new ByteArrayContent(file) { Headers = { { "x-ms-blob-type", "BlockBlob" } } };
        using var sent = await App.Http.PutAsync(upload["data"]!.Text("uploadUrl"), body, Cancel);
        Assert.Equal(HttpStatusCode.Created, sent.StatusCode);
        var id = upload["data"]!.Text("id");
        await company.Client.PostAsync($"/media/uploads/{id}/complete", new { }).ShouldBeAsync(HttpStatusCode.Accepted);
        return id[^Ids.KeyLength..];
    }

    Task IngestAsync(TestCompany company, string key) => App.Get<IngestMedia>().RunAsync(new(company.Workspaces[0].Key, key), Cancel);

    async Task<MediaLease> TakeAsync(TestCompany company, string key)
    {
        var (row, item) = (await App.Get<MediaStore>().RowAsync(company.Workspaces[0].Key, key, Cancel))!.Value;
        return (await MediaLease.TakeAsync(App.Get<Tables>(), row, item, TimeSpan.FromMinutes(1), TimeProvider.System, Cancel))!;
    }

    async Task<MediaItem?> StoredAsync(TestCompany company, string key) =>
        (await App.Get<MediaStore>().RowAsync(company.Workspaces[0].Key, key, Cancel))?.Item;
}
