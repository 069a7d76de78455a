using Planable.Content.NetworkRules;

namespace Planable.Functions.Tests.Posts;

/// <summary>What networks count in a text. Many values for X are those of twitter-text's conformance tests.</summary>
public sealed class TextUnitTests
{
    /// <summary>At the borders of each range.</summary>
    [Theory]
    [InlineData(0x20, 1)]
    [InlineData(0x2FF, 1)]
    [InlineData(0x302, 1)]
    [InlineData(0x36F, 1)]
    [InlineData(4351, 1)]
    [InlineData(4352, 2)]
    [InlineData(8191, 2)]
    [InlineData(8194, 1)]
    [InlineData(8205, 1)]
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
    [InlineData(0x10000, 2)]
    [InlineData(0x1F600, 2)]
    [InlineData(0x10FFFF, 2)]
    public void X_weighs_a_character_by_its_range(int point, int weight) =>
        Assert.Equal(weight, TextUnit.Weight.Count(char.ConvertFromUtf32(point)));

    [Theory]
    [InlineData("A\u0301B", 2)]
    [InlineData("e\u0301", 1)]
    [InlineData("x\u0302", 2)]
    [InlineData("a\u0323\u0302", 2)]
    [InlineData("a\u0302\u0323", 2)]
    [InlineData("e\u0302\u0301", 2)]
    [InlineData("a\u030D\u0301", 3)]
    [InlineData("\u212B\u0301", 1)]
    [InlineData("A\uFB2C", 4)]
    [InlineData("か\u3099", 2)]
    [InlineData("\u1112\u1161\u11AB", 2)]
    [InlineData("\uAC00\u11A8", 2)]
    [InlineData("\u0958", 2)]
    [InlineData("\uFFFE", 2)]
    public void X_composes_characters_before_it_counts(string text, int weight) => Assert.Equal(weight, TextUnit.Weight.Count(text));

    [Theory]
    [InlineData("😷👾😡🔥💩", 10)]
    [InlineData("H🐱☺👨‍👩‍👧‍👦", 7)]
    [InlineData("🙋🏽👨‍🎤", 4)]
    [InlineData("1⃣", 2)]
    [InlineData("#️⃣", 2)]
    [InlineData("🤪; 🧕; 🧕🏾; 🏴󠁧󠁢󠁥󠁮󠁧󠁿", 14)]
    [InlineData("🇷🇴🇽🇽", 6)]
    [InlineData("©", 1)]
    [InlineData("©\uFE0F", 2)]
    [InlineData("❤\uFE0F", 2)]
    [InlineData("❤\uFE0E", 4)]
    [InlineData("👨🏿‍❤️‍💋‍👨🏻", 2)]
    [InlineData("👍🏽🏽", 4)]
    [InlineData("🎉🏽", 4)]
    [InlineData("😀\u200D😀", 5)]
    [InlineData("😀\u0302", 3)]
    public void X_counts_two_for_an_emoji_of_Unicodes_list(string text, int weight) => Assert.Equal(weight, TextUnit.Weight.Count(text));

    [Theory]
    [InlineData("Hi http://test.co", 26)]
    [InlineData("https://t.co/abc/defg", 28)]
    [InlineData("HTTPS://T.CO/abc?d=e#f", 23)]
    [InlineData("https://t.co/0123456789012345678901234567890123456789", 23)]
    [InlineData("https://t.co/01234567890123456789012345678901234567890 t.co", 78)]
    [InlineData("Test https://test.com test https://test.com test.com test", 86)]
    [InlineData("HTTPS://EXAMPLE.COM/", 23)]
    [InlineData("https://example.com/a/very/long/way?to=go&on=now", 23)]
    [InlineData("bit.ly/3x", 23)]
    [InlineData("example.co.uk/~x", 23)]
    [InlineData("see e\u0301xample.com", 4 + 23)]
    [InlineData("foo.xn--p1ai", 23)]
    [InlineData("www.a.рф", 23)]
    [InlineData("example.com:80/a", 23)]
    [InlineData("example.com:80", 23 + 3)]
    [InlineData("example.com?x=1", 23 + 4)]
    [InlineData("https://example.com?x=1", 23)]
    [InlineData("https://example.com#top", 23 + 4)]
    [InlineData("https://example.com/#top", 23)]
    [InlineData("https://example.com, and", 23 + 5)]
    [InlineData("https://example.com/a.", 23 + 1)]
    [InlineData("https://example.com/?q=a(b)", 23 + 1)]
    [InlineData("(https://example.com/a_(b_(c)))", 1 + 23 + 1)]
    [InlineData("(https://example.com/a)", 1 + 23 + 1)]
    [InlineData("https://example.com/記記", 23 + 4)]
    [InlineData("https://example.com/Русские_слова", 23)]
    [InlineData("記example.com記", 2 + 23 + 2)]
    [InlineData("example.com記test.org", 23 + 2 + 23)]
    [InlineData("example.com/a記test.org", 23 + 2 + 23)]
    [InlineData("$記example.com", 1 + 2 + 23)]
    [InlineData("foo_bar.example.com", 4 + 23)]
    [InlineData("https://foo_bar.example.com", 23)]
    [InlineData("example.com..org", 23 + 5)]
    [InlineData("example.com.notatopleveldomain", 23 + 19)]
    [InlineData("end.So next", 23 + 5)]
    [InlineData("\u2066\u202Ahttp://foobar.پاکستان/\u202C\u2069", 8 + 23)]
    public void X_counts_23_for_a_link(string text, int weight) => Assert.Equal(weight, TextUnit.Weight.Count(text));

    [Theory]
    [InlineData("https://")]
    [InlineData("https://localhost/a")]
    [InlineData("https://192.168.0.1/")]
    [InlineData("https://user:word@example.com/")]
    [InlineData("ftp://example.com")]
    [InlineData("http://www.-domain.com/")]
    [InlineData("somebody@example.com")]
    [InlineData("@example.com")]
    [InlineData("#example.com")]
    [InlineData("$example.com")]
    [InlineData("/example.com")]
    [InlineData("-example.com")]
    [InlineData("example.com-")]
    [InlineData("example.com+more")]
    [InlineData("foo_bar.com")]
    [InlineData("end.Start")]
    [InlineData("v1.0.1")]
    [InlineData("randomurlrandomurlrandomurlrandomurlrandomurlrandomurlrandomurls.com")]
    public void X_counts_each_character_of_what_is_no_link(string text) => Assert.Equal(text.Length, TextUnit.Weight.Count(text));

    /// <summary>A label of a host has at most 63 characters as the DNS has it, which is more than what people see.</summary>
    [Theory]
    [InlineData(1, 23)]
    [InlineData(4, 23)]
    [InlineData(6, 7 + 120 + 4)]
    public void X_counts_a_long_foreign_host_as_text(int times, int weight) => Assert.Equal(
        weight, TextUnit.Weight.Count("http://" + string.Concat(Enumerable.Repeat("あいうえおかきくけこ", times)) + ".com"));

    [Theory]
    [InlineData("ab c", 4)]
    [InlineData("日本", 2)]
    [InlineData("🎉", 4)]
    [InlineData("👍🏽", 8)]
    [InlineData("❤\uFE0F", 6)]
    [InlineData("👩‍👩‍👧‍👦", 25)]
    [InlineData("🇷🇴!", 9)]
    [InlineData("™ 1 e\u0301", 6)]
    public void Threads_counts_the_bytes_of_emoji(string text, int count) => Assert.Equal(count, TextUnit.EmojiBytes.Count(text));

    [Theory]
    [InlineData("no link", 0)]
    [InlineData("https://a.example.com https://b.example.com www.example.com bit.ly/3x", 4)]
    [InlineData("https://example.com/a https://example.com/a HTTPS://EXAMPLE.COM/a", 1)]
    [InlineData("https://example.com/a https://example.com/b", 2)]
    public void Links_that_are_the_same_count_once(string text, int count) => Assert.Equal(count, TextUnit.DifferentLinks.Count(text));

    [Theory]
    [InlineData("#a #é #日本 #1 #_", 5)]
    [InlineData("(#a),#b", 2)]
    [InlineData("#a#b", 2)]
    [InlineData("#a #a", 2)]
    [InlineData("#हिन्दी", 1)]
    [InlineData("# #! a #", 0)]
    [InlineData("a#b1 1#a é#a", 0)]
    [InlineData("#\uFE0F\u20E3 #\u20E3 #a", 1)]
    [InlineData("&#39;", 0)]
    [InlineData("https://example.com/#top https://example.com#top example.com/#top", 0)]
    [InlineData("http://localhost/#top", 0)]
    [InlineData("https://example.com/記#top", 0)]
    [InlineData("https://example.com/#top #a", 1)]
    public void A_hashtag_is_no_part_of_a_word_or_a_link(string text, int count) => Assert.Equal(count, TextUnit.Hashtags.Count(text));

    [Theory]
    [InlineData("@a, @b.c and (@d_1)", 3)]
    [InlineData("somebody@example.com https://example.com/@a @ a@b", 0)]
    public void A_mention_is_no_part_of_a_word_or_a_link(string text, int count) => Assert.Equal(count, TextUnit.Mentions.Count(text));

    [Fact]
    public void Characters_bytes_and_units_are_counted_as_they_are()
    {
        const string text = "日本😀e\u0301 👍🏽 ❤\uFE0F";

        Assert.Equal(11, TextUnit.Characters.Count(text));
        Assert.Equal(14, TextUnit.Utf16.Count(text));
        Assert.Equal(29, TextUnit.Bytes.Count(text));
    }

    /// <summary>Counting is done while a caller waits.</summary>
    [Theory]
    [InlineData("a.")]
    [InlineData("記")]
    [InlineData("記.")]
    [InlineData("a.co/!")]
    [InlineData("a.co?!")]
    [InlineData("http://a.co/!")]
    [InlineData("http://a.com/(")]
    [InlineData("http://a.com/(b(")]
    [InlineData("https://")]
    [InlineData("a_.com")]
    [InlineData("#a@")]
    [InlineData("😀\u200D")]
    [InlineData("\u0323\u0302")]
    public void The_longest_texts_are_counted_at_once(string pattern)
    {
        var text = string.Concat(Enumerable.Repeat(pattern, 25_000 / pattern.Length));
        var start = TimeProvider.System.GetTimestamp();

        TextUnit[] all = [TextUnit.Weight, TextUnit.EmojiBytes, TextUnit.DifferentLinks, TextUnit.Hashtags, TextUnit.Mentions];
        Array.ForEach(all, unit => unit.Count(text));

        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
    }
}
