using System.Globalization;
using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests.Posts;

public sealed class CommentReactionTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Fact]
    public async Task A_reaction_toggles_for_each_user_and_each_emoji()
    {
        var company = await TestCompany.CreateAsync(_app);
        var viewer = await company.PersonAsync(
            TestCompany.Person(Role.CLIENT, (company.Workspaces[0], [Permission.VIEW])) with { Name = "Clara" });
        var other = _app.As(await company.TokenAsync(creator: viewer));
        var post = (await company.MakeAsync())[0];
        var path = $"/posts/{post}/comments/{await company.CommentAsync(post)}/reactions";

        var one = await ReactAsync(company.Client, path, Thumb());
        var two = await ReactAsync(other, path, Thumb());
        var dark = await ReactAsync(other, path, Thumb(6));
        var back = await ReactAsync(company.Client, path, Thumb());
        var none = await ReactAsync(other, path, Thumb(6));

        Assert.Equal(["emoji", "emojiId", "emojiNative", "emojiSkin", "users"], one[0]!.Names());
        Assert.Equal((":thumbsup:", "+1", 0, "👍"),
            (one[0]!.Text("emoji"), one[0]!.Text("emojiId"), one[0]!.Number("emojiSkin"), one[0]!.Text("emojiNative")));
        Assert.Equal([[company.Owner.Id(company.Key)], [company.Owner.Id(company.Key), viewer.Id(company.Key)]],
            new[] { one, two }.Select(all => Users(all[0]!)));
        Assert.Equal("Clara", two[0]!["users"]![1]!.Text("userName"));
        Assert.Equal([0, 6], dark.Select(reaction => reaction!.Number("emojiSkin")));
        Assert.Equal([viewer.Id(company.Key)], Users(back[0]!));
        Assert.Equal([0], none.Select(reaction => reaction!.Number("emojiSkin")));
        Assert.Equal(none.ToJsonString(), (await CommentTests.ListAsync(company, post))["data"]![0]!["reactions"]!.ToJsonString());
        // What was reacted to is still what it was.
        Assert.Equal((1, 0), await CommentTests.CountersAsync(company, post));
    }

    [Theory]
    [InlineData("emoji", "\"\"")]
    [InlineData("emojiId", "null")]
    [InlineData("emojiNative", "1")]
    [InlineData("emojiSkin", "7")]
    [InlineData("emojiSkin", "-1")]
    [InlineData("emojiSkin", "1.5")]
    [InlineData("emojiSkin", "\"1\"")]
    [InlineData("emojiSkin", "null")]
    public async Task A_reaction_is_whole(string field, string value)
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];
        var reaction = JsonNode.Parse(Json.Text(Thumb()))!;
        reaction[field] = JsonNode.Parse(value);

        await company.Client.PostAsync(
            $"/posts/{post}/comments/{await company.CommentAsync(post)}/reactions", reaction).InvalidAsync(field);
    }

    [Theory]
    [InlineData("emoji")]
    [InlineData("emojiId")]
    [InlineData("emojiNative")]
    public async Task An_emojis_name_has_up_to_500_characters(string field)
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];
        var path = $"/posts/{post}/comments/{await company.CommentAsync(post)}/reactions";
        var reaction = JsonNode.Parse(Json.Text(Thumb()))!;

        reaction[field] = string.Concat(Enumerable.Repeat("👍", 500));
        await company.Client.PostAsync(path, reaction).OkAsync();
        reaction[field] = string.Concat(Enumerable.Repeat("👍", 501));
        await company.Client.PostAsync(path, reaction).InvalidAsync(field);
    }

    [Theory]
    [InlineData(PostComments.MostEmoji, 1)]
    [InlineData(1, PostComments.MostReactions)]
    public async Task A_comment_holds_so_many_reactions(int emoji, int users)
    {
        var company = await TestCompany.CreateAsync(_app);
        var post = (await company.MakeAsync())[0];
        var now = TimeProvider.System.GetUtcNow();
        var comment = new Comment(Ids.NewKey(TimeProvider.System), post[^Ids.KeyLength..], "Full", company.Owner.Key, false, null, now)
        {
            Reactions = [.. Enumerable.Range(0, emoji).Select(number => new Reaction(
                "x", number.ToString(CultureInfo.InvariantCulture), 0, "x",
                [.. Enumerable.Range(0, users)
                    .Select(_ => new ReactingUser(Ids.NewKey(TimeProvider.System), "Somebody with a name", now))]))],
        };
        await _app.Get<Tables>().Content.SubmitTransactionAsync(
            [PostComments.Added(company.Workspaces[0].Key, comment)], TestContext.Current.CancellationToken);
        var path = $"/posts/{post}/comments/{IdKind.Comment.Format(company.Workspaces[0].Key, comment.Key)}/reactions";

        await company.Client.PostAsync(path, Thumb()).InvalidAsync();

        if (users == 1)
        {
            Assert.Equal(emoji,
                (await ReactAsync(company.Client, path, new { emoji = "x", emojiId = "0", emojiSkin = 0, emojiNative = "x" })).Count);
        }
    }

    internal static object Thumb(int skin = 0) => new { emoji = ":thumbsup:", emojiId = "+1", emojiSkin = skin, emojiNative = "👍" };

    static async Task<JsonArray> ReactAsync(Client client, string path, object reaction) =>
        (await client.PostAsync(path, reaction).OkAsync())["data"]!["reactions"]!.AsArray();

    static string[] Users(JsonNode reaction) => [.. reaction["users"]!.AsArray().Select(user => user!.Text("userId"))];
}
