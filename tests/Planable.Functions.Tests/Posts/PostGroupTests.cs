using System.Net;

namespace Planable.Functions.Tests.Posts;

public sealed class PostGroupTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task A_group_is_one_post_a_page_in_the_order_of_the_request()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 20);
        var pages = company.PageIds.Reverse().ToArray();

        var posts = (await company.Client.PostAsync("/posts", company.Group(pages)).CreatedAsync())["posts"]!.AsArray();

        Assert.Equal(pages, posts.Select(post => post!.Text("pageId")));
        Assert.Single(posts.Select(post => post!.Text("groupId")).Distinct());
        Assert.All(posts, post =>
        {
            Assert.Equal(pages, post!["groupPageIds"]!.AsArray().Select(page => page!.GetValue<string>()));
            Assert.True(post["groupSync"]!.GetValue<bool>());
        });
        Assert.Equal(20, posts.Select(post => post!.Text("id")).Distinct().Count());
    }

    [Fact]
    public async Task One_page_makes_no_group()
    {
        var company = await TestCompany.CreateAsync(_app);

        var post = (await company.Client.PostAsync("/posts", company.Group(company.PageIds[0]))
            .CreatedAsync())["posts"]!.AsArray().Single()!;

        Assert.Null(post["groupId"]);
        Assert.Null(post["groupPageIds"]);
        Assert.Null(post["groupSync"]);
    }

    [Fact]
    public async Task Two_groups_are_two()
    {
        var company = await TestCompany.CreateAsync(_app);

        var first = (await company.Client.PostAsync("/posts", company.Group(company.PageIds)).CreatedAsync())["posts"]![0]!.Text("groupId");
        var second =
            (await company.Client.PostAsync("/posts", company.Group(company.PageIds)).CreatedAsync())["posts"]![0]!.Text("groupId");

        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task A_deleted_post_takes_its_page_out_of_its_group()
    {
        var company = await TestCompany.CreateAsync(_app, pages: 3);
        var posts = await company.MakeAsync(company.Group(company.PageIds));

        await company.Client.DeleteAsync("/posts/" + posts[1]).GoneAsync();

        foreach (var left in new[] { posts[0], posts[2] })
        {
            var post = (await company.Client.GetAsync("/posts/" + left).OkAsync())["data"]!;
            Assert.Equal(
                [company.PageIds[0], company.PageIds[2]], post["groupPageIds"]!.AsArray().Select(page => page!.GetValue<string>()));
        }
        Assert.Equal(2, await company.CountAsync());
    }

    [Fact]
    public async Task A_group_with_one_page_that_is_not_there_creates_nothing()
    {
        var company = await TestCompany.CreateAsync(_app);
        var gone = company.PageIds[0][..^1] + "z";

        await company.Client.PostAsync("/posts", company.Group(company.PageIds[0], gone, company.PageIds[1]))
            .FailAsync(HttpStatusCode.NotFound, "NOT_FOUND", "pageIds[1]");

        Assert.Equal(0, await company.CountAsync());
        Assert.Empty((await company.Client.GetAsync("/posts?workspaceId=" + company.WorkspaceId).OkAsync()).Ids());
    }
}
