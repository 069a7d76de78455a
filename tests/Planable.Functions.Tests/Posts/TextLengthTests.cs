using Planable.Content.NetworkRules;

namespace Planable.Functions.Tests.Posts;

/// <summary>What a character counts on X, at the borders of each range; elsewhere it counts one.</summary>
public sealed class TextLengthTests
{
    [Theory]
    [InlineData(0x20, 1)]
    [InlineData(0x2FF, 1)]
    [InlineData(0x300, 0)]
    [InlineData(0x36F, 0)]
    [InlineData(0x370, 1)]
    [InlineData(4350, 1)]
    [InlineData(4351, 1)]
    [InlineData(4352, 2)]
    [InlineData(8191, 2)]
    [InlineData(8192, 1)]
    [InlineData(8204, 1)]
    [InlineData(8206, 2)]
    [InlineData(8207, 2)]
    [InlineData(8208, 1)]
    [InlineData(8223, 1)]
    [InlineData(8224, 2)]
    [InlineData(8241, 2)]
    [InlineData(8242, 1)]
    [InlineData(8247, 1)]
    [InlineData(8248, 2)]
    [InlineData(0x65E5, 2)]
    [InlineData(0x1F600, 2)]
    public void A_character_weighs_what_its_range_says(int point, int weight)
    {
        var text = char.ConvertFromUtf32(point);

        Assert.Equal(weight, TextLength.On("twitter", text));
        Assert.Equal(1, TextLength.On("threads", text));
    }

    /// <summary>The mark that goes around what is before it weighs two where it does not belong to an emoji.</summary>
    [Theory]
    [InlineData("\U0001EFFF\u20D0", 4)]
    [InlineData("\U0001F000\u20D0", 2)]
    [InlineData("\u2764\u20D0", 4)]
    [InlineData("\u2764\uFE0F", 2)]
    [InlineData("\u2764\u200D", 2)]
    public void A_whole_emoji_weighs_two(string text, int weight) => Assert.Equal(weight, TextLength.On("twitter", text));

    [Theory]
    [InlineData("http://a.example", 23)]
    [InlineData("HTTPS://a.example/日本", 23)]
    [InlineData("https://a.example/an/address/that/is/longer/than/23/characters", 23)]
    [InlineData("https://a.example https://b.example", 23 + 1 + 23)]
    [InlineData("ftp://a.example", 15)]
    [InlineData("https://", 8)]
    public void An_address_weighs_23(string text, int weight) => Assert.Equal(weight, TextLength.On("twitter", text));

    [Theory]
    [InlineData("facebook")]
    [InlineData("instagram")]
    [InlineData("threads")]
    [InlineData("linkedin")]
    [InlineData("youtube")]
    [InlineData("tiktok")]
    [InlineData("pinterest")]
    [InlineData("googleMyBusiness")]
    [InlineData("universal")]
    public void Everywhere_else_a_code_point_counts_one(string platform)
    {
        Assert.Equal(11, TextLength.On(platform, "日本😀e\u0301 👍🏽 ❤\uFE0F"));
        Assert.Equal(30, TextLength.On(platform, "https://a.example/longer/than/"));
    }
}
