namespace Planable.Functions.Tests.Posts;

public sealed class CreatePostTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task A_post_is_created_and_read_back()
    {
        var company = await TestCompany.CreateAsync(_app);

        var created = (await company.Client.PostAsync("/posts", company.Post("Good morning")).CreatedAsync())["posts"]!.AsArray().Single()!;
        var read = await company.Client.GetAsync("/posts/" + created.Text("id")).OkAsync();

        Assert.Equal(created.ToJsonString(), read["data"]!.ToJsonString());
        Assert.Equal("Good morning", created.Text("plainText"));
        Assert.Equal("NO_DATE_SET", created.Text("status"));
    }
}
