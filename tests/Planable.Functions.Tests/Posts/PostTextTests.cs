using System.Text;
using System.Text.Json.Nodes;
using CsCheck;

namespace Planable.Functions.Tests.Posts;

/// <summary>The longest texts there are, of whatever script, survive byte for byte.</summary>
public sealed class PostTextTests(AzuriteFixture fixture)
{
    const int Longest = 25_000, Pages = 20;

    [Theory]
    [InlineData("Good morning. ")]
    [InlineData("Bună dimineața, țară! ")]
    [InlineData("Доброе утро, мир. ")]
    [InlineData("صباح الخير يا عالم ")]
    [InlineData("早上好，世界。おはよう")]
    [InlineData("👩‍👩‍👧‍👦🏳️‍🌈👍🏽🇷🇴")]
    [InlineData("e\u0301n\u0303Z\u0351\u036b\u0343\u036a\u0302")]
    [InlineData("\u0001\b\t\n\f\r\u001b\u007f\u0085\u2028\u2029\ufeff\ufffe")]
    [InlineData("\"\\</script>&'`\u00a0")]
    public async Task A_text_of_this_survives(string pattern) =>
        await SurvivesAsync(string.Concat(Enumerable.Repeat(pattern.EnumerateRunes(), Longest).SelectMany(runes => runes).Take(Longest)));

    [Fact]
    public async Task A_text_of_random_astral_characters_survives() =>
        await SurvivesAsync(Astral(Longest));

    [Fact]
    public async Task What_no_transaction_takes_is_refused_and_makes_nothing()
    {
        var company = await TestCompany.CreateAsync(fixture.App, pages: Pages);
        var body = company.Group(company.PageIds).With("text", Astral(Longest))
            .With("firstComment", Astral(8_000)).With("internalNote", Astral(8_000));

        var error = await company.Client.PostAsync("/posts", body).FailAsync(System.Net.HttpStatusCode.BadRequest, "VALIDATION_ERROR");

        Assert.Contains("more than can be written at once", error.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(0, await company.CountAsync());
    }

    /// <summary>Random characters, none of which fits into 16 bits.</summary>
    static string Astral(int length) => string.Concat(Gen.Int[0x10000, 0x10FFFF].Array[length].Single().Select(point => new Rune(point)));

    /// <summary>A group of the most pages there are, with a key: as created, as replayed and as read.</summary>
    async Task SurvivesAsync(string text)
    {
        var company = await TestCompany.CreateAsync(fixture.App, pages: Pages);
        var body = company.Group(company.PageIds).With("text", text);
        Assert.Equal(Longest, text.EnumerateRunes().Count());

        var created = await company.Client.PostAsync("/posts", body, "a key").CreatedAsync();
        var replayed = await company.Client.PostAsync("/posts", body, "a key").CreatedAsync();
        var listed = await company.Client.GetAsync("/posts?workspaceId=" + company.WorkspaceId).OkAsync();

        Assert.Equal(created.ToJsonString(), replayed.ToJsonString());
        Assert.Equal(Pages, await company.CountAsync());
        Assert.All(((JsonNode[])[created["posts"]!, listed["data"]!]).SelectMany(posts => posts.AsArray()), post =>
            Assert.True(text == post!.Text("plainText"), "The text is another one."));
    }
}
