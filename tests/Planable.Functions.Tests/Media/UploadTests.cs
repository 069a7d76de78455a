using System.Net;
using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Content.Media;
using Planable.Functions.Tests.Hosting;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Media;

public sealed class UploadTests(MediaGround ground) : IClassFixture<MediaGround>
{
    readonly App _app = ground.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_is_sent_to_storage_becomes_media_like_one_that_is_fetched()
    {
        var company = await TestCompany.CreateAsync(_app);
        foreach (var picture in new[] { MediaGround.Png(), MediaGround.Png(padding: 9_000_000) })
        {
            var upload = await BeginAsync(company, "../../etc/Rosé\n1.png");
            Assert.Equal("uploading", (await company.Client.GetAsync("/media/" + upload.Text("id")).OkAsync())["data"]!.Text("status"));

            using (var sent = await SendAsync(upload, picture))
            {
                Assert.Equal(HttpStatusCode.Created, sent.StatusCode);
            }
            var completed = await company.Client.PostAsync(
                $"/media/uploads/{upload.Text("id")}/complete", new { }).ShouldBeAsync(HttpStatusCode.Accepted);
            await company.Client.PostAsync($"/media/uploads/{upload.Text("id")}/complete", new { }).ShouldBeAsync(HttpStatusCode.Accepted);

            Assert.Equal((upload.Text("id"), "processing"), (completed["data"]!.Text("id"), completed["data"]!.Text("status")));
            var media = await MediaGround.SettledAsync(company, upload.Text("id"));
            Assert.Equal(("success", "etcRosé1.png", picture.Length), (media.Text("status"), media.Text("name"), media.Number("size")));
            using var file = await _app.Http.GetAsync(media.Text("url"), Cancel);
            Assert.Equal(picture, await file.Content.ReadAsByteArrayAsync(Cancel));
            await Eventually.TrueAsync(async () => await _app.Get<MediaBlobs>()
                .UploadSizeAsync(company.Workspaces[0].Key, upload.Text("id")[^Ids.KeyLength..], Cancel) == 0, "what was sent is gone");
        }
    }

    [Theory]
    [InlineData("clip.mp4", "clip.mp4", "video")]
    [InlineData("moving.GIF", "moving.GIF", "gif")]
    [InlineData("unknown:", "unknown", "image")]
    [InlineData("https://example.com/clip.mp4?a=b", "httpsexample.comclip.mp4a=b", "image")]
    public async Task A_name_is_a_name_whatever_it_looks_like(string name, string kept, string kind)
    {
        var company = await TestCompany.CreateAsync(_app);

        var upload = await BeginAsync(company, name);

        var media = (await company.Client.GetAsync("/media/" + upload.Text("id")).OkAsync())["data"]!;
        Assert.Equal((kept, kind), (media.Text("name"), media.Text("type")));
    }

    [Fact]
    public async Task Where_a_file_is_sent_nothing_can_be_read_or_listed_and_no_other_blob_written()
    {
        var company = await TestCompany.CreateAsync(_app);
        var upload = await BeginAsync(company, "a.png");
        using var sent = await SendAsync(upload, MediaGround.Png());
        var link = new UriBuilder(upload.Text("uploadUrl"));

        using var read = await _app.Http.GetAsync(link.Uri, Cancel);
        using var removed = await _app.Http.DeleteAsync(link.Uri, Cancel);
        link.Path += "x";
        using var other = await _app.Http.SendAsync(Put(link.Uri, MediaGround.Png()), Cancel);

        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden],
            [read.StatusCode, removed.StatusCode, other.StatusCode]);
    }

    [Fact]
    public async Task What_was_not_sent_or_is_no_media_is_an_error()
    {
        var company = await TestCompany.CreateAsync(_app);
        var (missing, wrong, late) =
            (await BeginAsync(company, "a.png"), await BeginAsync(company, "a.png"), await BeginAsync(company, "a.png"));
        using var sent = await SendAsync(wrong, "<svg/>"u8.ToArray());

        foreach (var upload in new[] { missing, wrong })
        {
            await company.Client.PostAsync($"/media/uploads/{upload.Text("id")}/complete", new { }).ShouldBeAsync(HttpStatusCode.Accepted);
        }
        await _app.Get<Tables>().Content.ChangeAsync(
            company.Workspaces[0].Key, MediaStore.Prefix + late.Text("id")[^Ids.KeyLength..], MediaStoredJson.Default.MediaItem,
            item => item! with { Due = TimeProvider.System.GetUtcNow().AddMinutes(-1) }, Cancel);
        await Eventually.TrueAsync(async () =>
        {
            await MediaGround.LookAsync(_app, company);
            return (await company.Client.GetAsync("/media/" + late.Text("id")).OkAsync())["data"]!.Text("status") == "error";
        }, "the timer has given it up");

        Assert.Equal("It was not uploaded in time.", (await MediaGround.SettledAsync(company, missing.Text("id"))).Text("error"));
        Assert.Equal("It is not a supported image or video.", (await MediaGround.SettledAsync(company, wrong.Text("id"))).Text("error"));
        Assert.Equal("It was not uploaded in time.", (await MediaGround.SettledAsync(company, late.Text("id"))).Text("error"));
    }

    [Fact]
    public async Task Uploads_of_another_company_are_not_found_and_a_nameless_one_is_refused()
    {
        var company = await TestCompany.CreateAsync(_app);
        var other = await TestCompany.CreateAsync(_app);
        var upload = await BeginAsync(company, "a.png");

        await other.Client.PostAsync($"/media/uploads/{upload.Text("id")}/complete", new { }).NotFoundAsync();
        await other.Client.PostAsync("/media/uploads", new { workspaceId = company.WorkspaceId, name = "a.png" }).NotFoundAsync();
        await company.Client.PostAsync("/media/uploads", new { workspaceId = company.WorkspaceId, name = "" }).InvalidAsync("name");
        await company.Client.PostAsync(
            "/media/uploads", new { workspaceId = company.WorkspaceId, name = new string('x', 256) }).InvalidAsync("name");
    }

    [Fact]
    public async Task A_client_completes_and_uses_again_only_what_it_sees()
    {
        var company = await TestCompany.CreateAsync(_app);
        var client = _app.As(await company.TokenAsync(creator: await company.PersonAsync(
            TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW, Permission.WRITE])))));
        var (hidden, seen) = (await PictureAsync(teamOnly: true), await PictureAsync(teamOnly: false));
        var (unsigned, signed) = (new Uri(hidden.Text("url")).GetLeftPart(UriPartial.Path), hidden.Text("url"));

        await client.PostAsync($"/media/uploads/{hidden.Text("id")}/complete", new { }).NotFoundAsync();
        await client.PostAsync($"/media/uploads/{seen.Text("id")}/complete", new { }).ShouldBeAsync(HttpStatusCode.Accepted);
        var imported = (await client.PostAsync("/media", new
        {
            workspaceId = company.WorkspaceId,
            mediaUrls = new[] { unsigned, signed, seen.Text("url"), new Uri(seen.Text("url")).GetLeftPart(UriPartial.Path) },
        }).ShouldBeAsync(HttpStatusCode.Accepted)).Ids();
        var posts = (await client.PostAsync("/posts", company.Post().With("media", new[] { unsigned })).CreatedAsync()).Ids("posts");
        await client.PatchAsync("/posts/" + (await company.MakeAsync())[0], new { media = new[] { unsigned } }).OkAsync();

        var settled = await Task.WhenAll(imported.Select(id => MediaGround.SettledAsync(company, id)));
        Assert.Equal(["error", "success", "success", "success"], settled.Select(media => media.Text("status")));
        await Eventually.TrueAsync(
            async () => (await company.ReadAsync(posts[0])).Text("mediaStatus") == "error", "the post does not show the file either");

        async Task<JsonNode> PictureAsync(bool teamOnly)
        {
            var post = (await company.MakeAsync(
                company.Post().With("teamOnly", teamOnly).With("media", new[] { ground.Serve(MediaGround.Png()) })))[0];
            return await MediaGround.SettledAsync(company, (await company.ReadAsync(post))["mediaIds"]![0]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task A_link_takes_one_file_and_ends_with_completion()
    {
        var company = await TestCompany.CreateAsync(_app);
        var upload = await BeginAsync(company, "a.png");
        using var sent = await SendAsync(upload, MediaGround.Png());
        using var twice = await SendAsync(upload, MediaGround.Png());
        await CompleteAsync(company, upload).ShouldBeAsync(HttpStatusCode.Accepted);
        using var completed = await SendAsync(upload, MediaGround.Png());
        await MediaGround.SettledAsync(company, upload.Text("id"));
        await Eventually.TrueAsync(async () => await _app.Get<MediaBlobs>()
            .UploadSizeAsync(company.Workspaces[0].Key, upload.Text("id")[^Ids.KeyLength..], Cancel) == 0, "what was sent is gone");
        using var settled = await SendAsync(upload, MediaGround.Png());

        Assert.Equal(HttpStatusCode.Created, sent.StatusCode);
        Assert.Equal([HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden],
            [twice.StatusCode, completed.StatusCode, settled.StatusCode]);
    }

    [Theory]
    [InlineData(10, 11)]
    [InlineData(null, (100 * 1024 * 1024) + 1)]
    public async Task More_than_was_declared_is_refused_and_another_file_can_be_sent(int? size, int sent)
    {
        var company = await TestCompany.CreateAsync(_app);
        var upload = await BeginAsync(company, "a.png", size);
        using var large = await SendAsync(upload, new byte[sent]);

        await CompleteAsync(company, upload).ShouldBeAsync(HttpStatusCode.BadRequest);

        Assert.Equal("uploading", (await company.Client.GetAsync("/media/" + upload.Text("id")).OkAsync())["data"]!.Text("status"));
        using var again = await SendAsync(upload, new byte[size ?? 10]);
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        await CompleteAsync(company, upload).ShouldBeAsync(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData((100 * 1024 * 1024) + 1)]
    public async Task A_declared_size_is_one_that_a_file_can_have(int size)
    {
        var company = await TestCompany.CreateAsync(_app);

        await company.Client.PostAsync(
            "/media/uploads", new { workspaceId = company.WorkspaceId, name = "a.png", size }).InvalidAsync("size");
    }

    static Task<HttpResponseMessage> CompleteAsync(TestCompany company, JsonNode upload) =>
        company.Client.PostAsync($"/media/uploads/{upload.Text("id")}/complete", new { });

    static async Task<JsonNode> BeginAsync(TestCompany company, string name, int? size = null)
    {
        var body = new Dictionary<string, object?>(StringComparer.Ordinal) { ["workspaceId"] = company.WorkspaceId, ["name"] = name };
        if (size is not null)
        {
            body["size"] = size;
        }
        return (await company.Client.PostAsync("/media/uploads", body).CreatedAsync())["data"]!;
    }

    Task<HttpResponseMessage> SendAsync(JsonNode upload, byte[] file) =>
        _app.Http.SendAsync(Put(new Uri(upload.Text("uploadUrl")), file), Cancel);

    static HttpRequestMessage Put(Uri url, byte[] file) => new(HttpMethod.Put, url)
    {
        Content = new ByteArrayContent(file),
        Headers = { { "x-ms-blob-type", "BlockBlob" } },
    };
}
