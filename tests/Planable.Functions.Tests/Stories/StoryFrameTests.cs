namespace Planable.Functions.Tests.Stories;

/// <summary>The frames of a story, which are posts, once they are made.</summary>
public sealed class StoryFrameTests(AzuriteFixture fixture)
{
    const string Picture = StoryTests.Picture;

    readonly App _app = fixture.App;

    [Fact]
    public async Task An_edit_reaches_all_frames_but_what_a_frame_shows_is_its_own()
    {
        var company = await TestCompany.CreateAsync(_app);
        var ids = (await company.Client.PostAsync(
            "/stories", StoryTests.Story(company, new[] { Picture, Picture, Picture })).CreatedAsync()).Ids("posts");
        var before = await Task.WhenAll(ids.Select(company.ReadAsync));

        await company.Client.PatchAsync(
            "/posts/" + ids[1], new { scheduledAt = "2030-01-01T09:00:00Z", media = new[] { Picture } }).OkAsync();

        var after = await Task.WhenAll(ids.Select(company.ReadAsync));
        Assert.All(after, post => Assert.Equal("PLANNED", post.Text("status")));
        Assert.Equal(
            [true, false, true], before.Zip(after, (old, now) => old["mediaIds"]!.ToJsonString() == now["mediaIds"]!.ToJsonString()));
        Assert.All(after, post => Assert.Equal("story", post.Text("classification")));
        foreach (var media in new string[][] { [], [Picture, Picture] })
        {
            await company.Client.PatchAsync("/posts/" + ids[1], new { media }).InvalidAsync("media");
        }
    }

    [Fact]
    public async Task The_other_frames_stay_when_one_is_deleted()
    {
        var company = await TestCompany.CreateAsync(_app);
        var ids = (await company.Client.PostAsync(
            "/stories", StoryTests.Story(company, new[] { Picture, Picture, Picture })).CreatedAsync()).Ids("posts");

        await company.Client.DeleteAsync("/posts/" + ids[0]).GoneAsync();

        var left = await company.Client.GetAsync("/posts?workspaceId=" + company.WorkspaceId).OkAsync();
        Assert.Equal(ids[1..], left.Ids());
        Assert.All(left["data"]!.AsArray(),
            post => Assert.Equal(company.PageIds[0], Assert.Single(post!["groupPageIds"]!.AsArray())!.GetValue<string>()));
    }
}
