using System.Text.Json.Nodes;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Media;

namespace Planable.Functions.Tests.Stories;

/// <summary>What becomes of the files that a story's frames show.</summary>
public sealed class StoryMediaTests(MediaGround ground) : IClassFixture<MediaGround>
{
    readonly App _app = ground.App;

    [Fact]
    public async Task Each_frame_shows_its_own_file_once_it_is_there()
    {
        var company = await TestCompany.CreateAsync(_app);
        byte[][] files = [MediaGround.Png(), Samples.Mp4(), MediaGround.Png()];

        var ids = (await company.Client.PostAsync(
            "/stories", StoryTests.Story(company, files.Select(file => ground.Serve(file)).ToArray())).CreatedAsync()).Ids("posts");

        for (var frame = 0; frame < files.Length; frame++)
        {
            var post = await SettledAsync(company, ids[frame]);
            Assert.Equal("success", post.Text("mediaStatus"));
            Assert.Equal(frame == 1 ? "video" : "image", post.Text("mediaType"));
            var url = Assert.Single(post["media"]!.AsArray())!.GetValue<string>();
            Assert.Equal(files[frame], await _app.Http.GetByteArrayAsync(url, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task A_gif_is_not_taken()
    {
        var company = await TestCompany.CreateAsync(_app);
        var address = ground.Serve(Samples.Gif(), "moving.png");

        var post = await SettledAsync(
            company, (await company.Client.PostAsync("/stories", StoryTests.Story(company, address)).CreatedAsync())["data"]!.Text("id"));

        Assert.Equal("error", post.Text("mediaStatus"));
        var media = (await company.Client.GetAsync("/media/" + post["mediaIds"]![0]!.GetValue<string>()).OkAsync())["data"]!;
        Assert.Equal("It is not an image or a video.", media.Text("error"));
    }

    [Fact]
    public async Task A_gif_that_is_known_is_refused_at_once_and_a_picture_that_is_known_is_there_at_once()
    {
        var company = await TestCompany.CreateAsync(_app);
        var gif = await MediaGround.SettledAsync(company, (await MediaGround.ImportAsync(company, ground.Serve(Samples.Gif())))[0]);
        var picture = await MediaGround.SettledAsync(company, (await MediaGround.ImportAsync(company, ground.Serve(MediaGround.Png())))[0]);

        await company.Client.PostAsync(
            "/stories", StoryTests.Story(company, new[] { picture.Text("url"), gif.Text("url") })).InvalidAsync("media[1]");
        Assert.Equal(0, await company.CountAsync());
        var story = (await company.Client.PostAsync("/stories", StoryTests.Story(company, picture.Text("url"))).CreatedAsync())["data"]!;
        Assert.Equal(("success", picture.Text("url")), (story.Text("mediaStatus"), story.Text("media")));
        await company.Client.PatchAsync("/posts/" + story.Text("id"), new { media = new[] { gif.Text("url") } }).InvalidAsync("media[0]");
    }

    static async Task<JsonNode> SettledAsync(TestCompany company, string post)
    {
        JsonNode? found = null;
        await Eventually.TrueAsync(
            async () => (found = await company.ReadAsync(post)).Text("mediaStatus") is "success" or "error", $"{post} has its media");
        return found!;
    }
}
