using System.Net;
using System.Text.Json.Nodes;
using Planable.Content.Media;
using Planable.Functions.Tests.Hosting;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Media;

/// <summary>An instance on a storage of its own that allows few uploads and little media.</summary>
public sealed class SmallGround : OwnStorageGround
{
    private protected override App Start() => App.Start(
        ConnectionString, settings: [.. MediaGround.Settings, ("Media:UploadsPerWorkspace", "2"), ("Media:MegabytesPerWorkspace", "1")]);
}

public sealed class MediaLimitTests(SmallGround ground) : IClassFixture<SmallGround>
{
    readonly App _app = ground.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_many_uploads_begun_at_once_only_so_many_are_open()
    {
        var company = await TestCompany.CreateAsync(_app);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => BeginAsync(company)));

        Assert.Equal(2, answers.Count(answer => answer.StatusCode is HttpStatusCode.Created));
        Assert.Equal(8, answers.Count(answer => answer.StatusCode is HttpStatusCode.Forbidden));
    }

    [Theory]
    [InlineData("is completed")]
    [InlineData("is deleted")]
    [InlineData("has run out")]
    public async Task When_an_upload_ends_another_can_begin(string ends)
    {
        var company = await TestCompany.CreateAsync(_app);
        var id = (await BeginAsync(company).CreatedAsync())["data"]!.Text("id");
        await BeginAsync(company).CreatedAsync();
        await BeginAsync(company).ForbiddenAsync();

        switch (ends)
        {
            case "is completed":
                await company.Client.PostAsync($"/media/uploads/{id}/complete", new { }).ShouldBeAsync(HttpStatusCode.Accepted);
                break;
            case "is deleted":
                await company.Client.DeleteAsync("/media/" + id).GoneAsync();
                break;
            default:
                await _app.Get<Tables>().Content.ChangeAsync(
                    company.Workspaces[0].Key, MediaStore.Prefix + id[^Ids.KeyLength..], MediaStoredJson.Default.MediaItem,
                    item => item! with { Due = TimeProvider.System.GetUtcNow().AddMinutes(-1) }, Cancel);
                await Eventually.TrueAsync(async () =>
                {
                    await MediaGround.LookAsync(_app, company);
                    return (await company.Client.GetAsync("/media/" + id).OkAsync())["data"]!.Text("status") == "error";
                }, "the timer has given it up");
                break;
        }

        await BeginAsync(company).CreatedAsync();
        await BeginAsync(company).ForbiddenAsync();
    }

    [Fact]
    public async Task The_link_of_an_upload_that_is_deleted_takes_no_file()
    {
        var company = await TestCompany.CreateAsync(_app);
        var upload = (await BeginAsync(company).CreatedAsync())["data"]!;

        await company.Client.DeleteAsync("/media/" + upload.Text("id")).GoneAsync();

        using var content = new ByteArrayContent(MediaGround.Png());
        content.Headers.Add("x-ms-blob-type", "BlockBlob");
        using var sent = await _app.Http.PutAsync(new Uri(upload.Text("uploadUrl")), content, Cancel);
        Assert.False(sent.IsSuccessStatusCode, $"{sent.StatusCode}");
    }

    [Fact]
    public async Task Files_that_are_imported_at_once_never_have_more_than_a_workspace_can_have()
    {
        var company = await TestCompany.CreateAsync(_app);

        var all = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => UploadAsync(company, MediaGround.Png(padding: 700_000))));

        Assert.Equal(["error", "success"], all.Select(media => media.Text("status")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_file_beyond_what_a_workspace_can_have_is_an_error_until_another_is_deleted()
    {
        var company = await TestCompany.CreateAsync(_app);
        var (first, second) = (MediaGround.Png(padding: 700_000), MediaGround.Png(padding: 700_000));
        var known = await UploadAsync(company, first);
        Assert.Equal("success", known.Text("status"));

        var refused = await UploadAsync(company, second);
        var same = await UploadAsync(company, first);

        Assert.Equal(
            ("error", "The workspace's media would have more than 1 MB. Delete media that you do not use."),
            (refused.Text("status"), refused.Text("error")));
        Assert.Equal("success", same.Text("status"));
        Assert.Equal(2, (await MediaGround.BlobsAsync(company, ground.ConnectionString)).Length);
        foreach (var media in new[] { known, same })
        {
            await company.Client.DeleteAsync("/media/" + media.Text("id")).GoneAsync();
        }
        Assert.Equal("success", (await UploadAsync(company, second)).Text("status"));
    }

    static Task<HttpResponseMessage> BeginAsync(TestCompany company) =>
        company.Client.PostAsync("/media/uploads", new { workspaceId = company.WorkspaceId, name = "a.png" });

    async Task<JsonNode> UploadAsync(TestCompany company, byte[] file)
    {
        var upload = (await BeginAsync(company).CreatedAsync())["data"]!;
        using var content = new ByteArrayContent(file);
        content.Headers.Add("x-ms-blob-type", "BlockBlob");
        using var sent = await _app.Http.PutAsync(new Uri(upload.Text("uploadUrl")), content, Cancel);
        await company.Client.PostAsync($"/media/uploads/{upload.Text("id")}/complete", new { }).ShouldBeAsync(HttpStatusCode.Accepted);
        return await MediaGround.SettledAsync(company, upload.Text("id"));
    }
}
