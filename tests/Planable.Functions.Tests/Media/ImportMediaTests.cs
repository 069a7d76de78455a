using System.Net;
using System.Security.Cryptography;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Media;
using Planable.Functions.Tests.Hosting;
using Planable.Storage;

namespace Planable.Functions.Tests.Media;

public sealed class ImportMediaTests(MediaGround ground) : IClassFixture<MediaGround>
{
    readonly App _app = ground.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_picture_is_brought_and_its_links_give_it_to_anybody_and_no_browser_runs_it()
    {
        var company = await TestCompany.CreateAsync(_app);
        var picture = MediaGround.Png(30, 20);

        var accepted = await company.Client.PostAsync(
            "/media", new { workspaceId = company.WorkspaceId, mediaUrls = new[] { ground.Serve(picture, "Ros%C3%A9%20%2F1.png") } })
            .ShouldBeAsync(HttpStatusCode.Accepted);

        Assert.Equal(["id", "status"], accepted["data"]![0]!.Names());
        Assert.Equal("processing", accepted["data"]![0]!.Text("status"));
        var media = await MediaGround.SettledAsync(company, accepted.Ids()[0]);
        Assert.Equal("success", media.Text("status"));
        Assert.Equal(
            (company.WorkspaceId, "image", "Rosé 1.png", "image/png", picture.Length, 30, 20),
            (media.Text("workspaceId"), media.Text("type"), media.Text("name"), media.Text("mimeType"), media.Number("size"),
                media.Number("width"), media.Number("height")));
        using var file = await _app.Http.GetAsync(media.Text("url"), Cancel);
        Assert.Equal(picture, await file.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal("image/png", file.Content.Headers.ContentType!.MediaType);
        Assert.Equal(("attachment", "Rosé 1.png"),
            (file.Content.Headers.ContentDisposition!.DispositionType, file.Content.Headers.ContentDisposition.FileNameStar));
        using var thumbnail = await _app.Http.GetAsync(media.Text("thumbnailUrl"), Cancel);
        Assert.Equal("image/jpeg", thumbnail.Content.Headers.ContentType!.MediaType);
        using var unsigned = await _app.Http.GetAsync(media.Text("url").Split('?')[0], Cancel);
        Assert.False(unsigned.IsSuccessStatusCode);
    }

    [Fact]
    public async Task The_list_has_the_newest_first_and_the_same_links_all_day()
    {
        var company = await TestCompany.CreateAsync(_app);
        string[] ids = [.. await MediaGround.ImportAsync(company, ground.Serve(MediaGround.Png())),
            .. await MediaGround.ImportAsync(company, ground.Serve(MediaGround.Png()), ground.Serve(MediaGround.Png()))];
        var settled = await Task.WhenAll(ids.Select(id => MediaGround.SettledAsync(company, id)));

        var list = await company.Client.GetAsync("/media?workspaceId=" + company.WorkspaceId).OkAsync();

        Assert.Equal([ids[1], ids[2], ids[0]], list.Ids());
        Assert.Equal(settled.Select(one => one.Text("url")).Order(), list["data"]!.AsArray().Select(one => one!.Text("url")).Order());
        var part = await company.Client.GetAsync($"/media?workspaceId={company.WorkspaceId}&offset=1&limit=1").OkAsync();
        Assert.Equal([ids[2]], part.Ids());
        Assert.True(part["pagination"]!["hasMore"]!.GetValue<bool>());
        Assert.Empty((await company.Client.GetAsync($"/media?workspaceId={company.WorkspaceId}&offset=3").OkAsync()).Ids());
    }

    [Fact]
    public async Task The_same_bytes_twice_in_a_workspace_are_stored_once()
    {
        var company = await TestCompany.CreateAsync(_app);
        // More than fits into memory at once, and less.
        foreach (var picture in new[] { MediaGround.Png(), MediaGround.Png(padding: 10_000_000) })
        {
            var before = (await ground.BlobsAsync(company)).Length;
            var ids = await MediaGround.ImportAsync(company, ground.Serve(picture), ground.Serve(picture), ground.Serve(picture));
            var settled = await Task.WhenAll(ids.Select(id => MediaGround.SettledAsync(company, id)));

            Assert.All(settled, one => Assert.Equal("success", one.Text("status")));
            Assert.Single(settled.Select(one => one.Text("url")).Distinct());
            await Eventually.TrueAsync(
                async () => (await ground.BlobsAsync(company)).Length == before + 2, "one file and its thumbnail are left");
            using var file = await _app.Http.GetAsync(settled[0].Text("url"), Cancel);
            Assert.Equal(SHA256.HashData(picture), SHA256.HashData(await file.Content.ReadAsByteArrayAsync(Cancel)));
        }
    }

    [Fact]
    public async Task A_link_of_ours_is_the_same_file_again_without_fetching_it()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        var first = await MediaGround.SettledAsync(company, (await MediaGround.ImportAsync(company, ground.Serve(MediaGround.Png())))[0]);

        var again = (await MediaGround.ImportAsync(company, first.Text("url"), first.Text("url")))[1];

        var media = (await company.Client.GetAsync("/media/" + again).OkAsync())["data"]!;
        Assert.Equal(("success", first.Text("url")), (media.Text("status"), media.Text("url")));
        Assert.Equal(3, (await FileAsync(company)).Uses);
        // In another workspace it is an address like any other.
        var elsewhere = await company.Client.PostAsync(
            "/media", new { workspaceId = company.Workspaces[1].Id, mediaUrls = new[] { first.Text("url") } })
            .ShouldBeAsync(HttpStatusCode.Accepted);
        Assert.Equal("success", (await MediaGround.SettledAsync(company, elsewhere.Ids()[0])).Text("status"));
    }

    [Theory]
    [InlineData("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "The address answered 403.")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<svg>", "It is not a supported image or video.")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 6\r\n\r\n<html>", Page)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n \n<!-- x --><!DOCTYPE HTML", Page)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n\u00EF\u00BB\u00BF<!doctype html>", Page)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html;charset=utf-8\r\nContent-Length: 5\r\n\r\n<div>", Page)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "It is not a supported image or video.")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 104857601\r\n\r\n", "It is larger than 100 MB.")]
    public async Task What_cannot_be_had_is_an_error_that_says_why_and_leaves_nothing(string answer, string why)
    {
        var company = await TestCompany.CreateAsync(_app);
        var url = ground.Server.On($"/{Guid.NewGuid():N}.png", answer).AbsoluteUri;

        var media = await MediaGround.SettledAsync(company, (await MediaGround.ImportAsync(company, url))[0]);

        Assert.Equal(("error", why), (media.Text("status"), media.Text("error")));
        Assert.Null(media["url"]);
        Assert.Empty(await ground.BlobsAsync(company));
    }

    const string Page = "It is a web page, not an image or video. Send the file itself, or its own address.";

    [Theory]
    [InlineData("attachment; filename=\"Roastery.png\"", "Roastery.png")]
    [InlineData("inline; filename=Roastery.png", "Roastery.png")]
    [InlineData("attachment; filename=\"old.png\"; filename*=UTF-8''Ros%C3%A9%20one.png", "Rosé one.png")]
    [InlineData("attachment; filename=\"Ros\u00C3\u00A9.png\"", "Rosé.png")]
    [InlineData("attachment; filename=\"Ros\u00E9.png\"", "Rosé.png")]
    [InlineData("attachment; filename=The big roastery.png", "The big roastery.png")]
    [InlineData("attachment; filename=\"C:\\photos\\a.png\"", "a.png")]
    [InlineData("attachment; filename=\"../../a.png\"", "a.png")]
    [InlineData("attachment; filename=\"\"", "download")]
    [InlineData("attachment", "download")]
    [InlineData("attachment; filename =  a.png ", "a.png")]
    public async Task A_file_has_the_name_that_its_address_gives_it(string disposition, string name)
    {
        var company = await TestCompany.CreateAsync(_app);
        var picture = MediaGround.Png();
        var url = ground.Server.On($"/{Guid.NewGuid():N}/download", async (stream, stop) =>
        {
            await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Disposition: {disposition}\r\nContent-Length: {picture.Length}\r\n\r\n"), stop);
            await stream.WriteAsync(picture, stop);
        }).AbsoluteUri;

        var media = await MediaGround.SettledAsync(company, (await MediaGround.ImportAsync(company, url))[0]);

        Assert.Equal(("success", name), (media.Text("status"), media.Text("name")));
        using var file = await _app.Http.GetAsync(media.Text("url"), Cancel);
        Assert.Equal(name, file.Content.Headers.ContentDisposition!.FileNameStar);
    }

    [Fact]
    public async Task What_is_larger_than_it_may_be_is_cut_off_whatever_it_says_of_itself()
    {
        var company = await TestCompany.CreateAsync(_app);
        var block = MediaGround.Png(padding: 1_000_000);
        var sent = 0L;
        var url = ground.Server.On($"/{Guid.NewGuid():N}.png", async (stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray(), stop);
            while (true)
            {
                await stream.WriteAsync(block, stop);
                sent += block.Length;
            }
        }).AbsoluteUri;

        var media = await MediaGround.SettledAsync(company, (await MediaGround.ImportAsync(company, url))[0]);

        Assert.Equal("It is larger than 100 MB.", media.Text("error"));
        Assert.True(sent < 150_000_000, $"{sent}");
        Assert.Empty(await ground.BlobsAsync(company));
    }

    [Fact]
    public async Task A_key_that_is_sent_again_begins_nothing_again()
    {
        var company = await TestCompany.CreateAsync(_app);
        var body = new { workspaceId = company.WorkspaceId, mediaUrls = new[] { ground.Serve(MediaGround.Png()) } };

        var first = await company.Client.PostAsync("/media", body, "a key").ShouldBeAsync(HttpStatusCode.Accepted);

        Assert.Equal(first.ToJsonString(),
            (await company.Client.PostAsync("/media", body, "a key").ShouldBeAsync(HttpStatusCode.Accepted)).ToJsonString());
        Assert.Single((await company.Client.GetAsync("/media?workspaceId=" + company.WorkspaceId).OkAsync()).Ids());
    }

    [Theory]
    [InlineData("""[]""", "mediaUrls")]
    [InlineData("""["http://169.254.169.254/latest"]""", "mediaUrls[0]")]
    [InlineData("""["https://files.invalid/a.png","ftp://files.invalid/a.png"]""", "mediaUrls[1]")]
    [InlineData("""["https://files.invalid/a.png",null]""", "mediaUrls[1]")]
    [InlineData("""["https://me:secret@files.invalid/a.png"]""", "mediaUrls[0]")]
    [InlineData("""["a.png"]""", "mediaUrls[0]")]
    [InlineData("""[""]""", "mediaUrls[0]")]
    public async Task What_can_never_be_fetched_is_refused_at_once(string urls, string field)
    {
        var company = await TestCompany.CreateAsync(_app);

        await company.Client.SendAsync(
            HttpMethod.Post, "/media", $$"""{"workspaceId":"{{company.WorkspaceId}}","mediaUrls":{{urls}}}""").InvalidAsync(field);

        Assert.Empty((await company.Client.GetAsync("/media?workspaceId=" + company.WorkspaceId).OkAsync()).Ids());
    }

    [Fact]
    public async Task More_than_twenty_are_refused_and_a_foreign_workspace_is_not_found()
    {
        var company = await TestCompany.CreateAsync(_app);
        var other = await TestCompany.CreateAsync(_app);
        var url = ground.Serve(MediaGround.Png());
        var id = (await MediaGround.ImportAsync(company, url))[0];

        await company.Client.PostAsync(
            "/media", new { workspaceId = company.WorkspaceId, mediaUrls = Enumerable.Repeat(url, 21) }).InvalidAsync("mediaUrls");
        await other.Client.PostAsync("/media", new { workspaceId = company.WorkspaceId, mediaUrls = new[] { url } }).NotFoundAsync();
        await other.Client.GetAsync("/media?workspaceId=" + company.WorkspaceId).NotFoundAsync();
        await other.Client.GetAsync("/media/" + id).NotFoundAsync();
        await other.Client.DeleteAsync("/media/" + id).NotFoundAsync();
        await _app.As(await company.TokenAsync(Scope.Read))
            .PostAsync("/media", new { workspaceId = company.WorkspaceId, mediaUrls = new[] { url } }).ForbiddenAsync();
        await _app.As(await company.TokenAsync(
            creator: await company.PersonAsync(TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW])))))
            .PostAsync("/media", new { workspaceId = company.WorkspaceId, mediaUrls = new[] { url } }).ForbiddenAsync();
    }

    [Fact]
    public async Task A_deleted_workspace_takes_files_and_imports_along()
    {
        var company = await TestCompany.CreateAsync(_app, workspaces: 2);
        await MediaGround.SettledAsync(company, (await MediaGround.ImportAsync(company, ground.Serve(MediaGround.Png())))[0]);
        Assert.NotEmpty(await ground.BlobsAsync(company));

        await company.Client.DeleteAsync("/workspaces/" + company.WorkspaceId).ShouldBeAsync(HttpStatusCode.NoContent);

        await Eventually.TrueAsync(async () => (await ground.BlobsAsync(company)).Length == 0
            && !await _app.Get<Tables>().Content.RangeAsync(company.Workspaces[0].Key, "media~", cancel: Cancel).AnyAsync(Cancel),
            "all is gone");
    }

    [Fact]
    public async Task The_sweep_deletes_what_no_row_names_and_nothing_else()
    {
        var company = await TestCompany.CreateAsync(_app);
        await MediaGround.SettledAsync(company, (await MediaGround.ImportAsync(company, ground.Serve(MediaGround.Png())))[0]);
        var kept = await ground.BlobsAsync(company);
        var blobs = _app.Get<MediaBlobs>();
        string[] orphans = [MediaBlobs.Path(company.Workspaces[0].Key, "x"), MediaBlobs.ThumbnailPath(company.Workspaces[0].Key, "x"),
            MediaBlobs.UploadPath(company.Workspaces[0].Key, "x")];
        foreach (var orphan in orphans)
        {
            await blobs.Container.UploadBlobAsync(orphan, BinaryData.FromString("x"), Cancel);
        }

        var found = await _app.Get<MediaSweep>().OrphansAsync(TimeSpan.Zero, Cancel)
            .Where(path => path.Contains(company.Workspaces[0].Key, StringComparison.Ordinal)).ToListAsync(Cancel);

        Assert.Equal(orphans.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        // They may be under way still.
        await _app.Get<MediaSweep>().RunAsync(Cancel);
        Assert.Equal(kept.Length + 2, (await ground.BlobsAsync(company)).Length);
    }

    async Task<StoredFile> FileAsync(TestCompany company) => (await _app.Get<Tables>().Content
        .RangeAsync(company.Workspaces[0].Key, MediaStore.Files, cancel: Cancel).SingleAsync(Cancel))
        .Read(MediaStoredJson.Default.StoredFile);
}
