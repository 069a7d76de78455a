using System.Globalization;
using System.Text.Json;
using Planable.Doors.ContentSystems;

namespace Planable.Functions.Tests.Doors.ContentSystems;

/// <summary>What the calls of each content system say.</summary>
public sealed class EventTests
{
    static readonly Uri Site = new("https://site.example/blog/");

    public static TheoryData<ContentProvider, string, string?, string> Calls => new()
    {
        {
            ContentProvider.contentful,
            """{"sys":{"id":"e1","revision":3},"fields":{"title":{"en-US":"Grüße 🎉"},"slug":{"en-US":"hi"},"""
                + """ "image":{"en-US":{"sys":{"type":"Link","id":"a1"}}}}}""",
            "x-contentful-topic: ContentManagement.Entry.publish", "e1 3 Published: Grüße 🎉||https://site.example/blog/hi||"
        },
        {
            ContentProvider.contentful, """{"sys":{"id":"e1","type":"DeletedEntry"}}""",
            "x-contentful-topic: ContentManagement.Entry.unpublish", "e1 - Unpublished: ||||"
        },
        {
            ContentProvider.contentful, """{"sys":{"id":"e1"}}""", "x-contentful-topic: ContentManagement.Entry.auto_save",
            "e1 - None: ||||"
        },
        { ContentProvider.contentful, """{"sys":{"id":"a1"}}""", "x-contentful-topic: ContentManagement.Asset.publish", "a1 - None: ||||" },
        {
            ContentProvider.sanity, """{"_id":"abc","_updatedAt":"2026-11-29T01:00:00Z","title":"T","publishedAt":"2026-11-29"}""",
            "sanity-operation: update", "abc 2026-11-29T01:00:00.0000000+00:00 Published: T||||2026-11-29T00:00"
        },
        { ContentProvider.sanity, """{"_id":"abc"}""", "sanity-operation: delete", "abc - Unpublished: ||||" },
        { ContentProvider.sanity, """{"_id":"drafts.abc","title":"T"}""", "sanity-operation: update", "drafts.abc - None: T||||" },
        {
            ContentProvider.strapi, """{"event":"entry.publish","entry":{"id":1,"documentId":"d1","updatedAt":"2026-11-29T00:00:00.000Z","""
                + """ "title":"T","description":"D","cover":{"url":"/uploads/a.jpg"}}}""", "x-strapi-event: entry.publish",
            "d1 2026-11-29T00:00:00.0000000+00:00 Published: T|D||https://site.example/uploads/a.jpg|"
        },
        { ContentProvider.strapi, """{"event":"entry.update","entry":{"id":1}}""", null, "1 - None: ||||" },
        {
            ContentProvider.strapi, """{"event":"entry.update","entry":{"id":1,"publishedAt":"2026-11-29T00:00:00Z"}}""", null,
            "1 - Changed: ||||2026-11-29T00:00"
        },
        { ContentProvider.strapi, """{"event":"entry.delete","entry":{"id":1}}""", null, "1 - Unpublished: ||||" },
        {
            ContentProvider.ghost, """{"post":{"current":{"id":"66","status":"published","title":"T","excerpt":"E","custom_excerpt":null,"""
                + """ "url":"https://blog.example/p/","updated_at":"u1"},"previous":{"status":"draft"}}}""", null,
            "66 u1 Published: T|E|https://blog.example/p/||"
        },
        {
            ContentProvider.ghost, """{"post":{"current":{"id":"66","status":"draft"},"previous":{"status":"published"}}}""", null,
            "66 - Unpublished: ||||"
        },
        {
            ContentProvider.ghost, """{"post":{"current":{},"previous":{"id":"66","status":"published"}}}""", null,
            "66 - Unpublished: ||||"
        },
        { ContentProvider.ghost, """{"post":{"current":{"id":"66","status":"scheduled"},"previous":{}}}""", null, "66 - None: ||||" },
        {
            ContentProvider.storyblok, """{"action":"published","story_id":123,"full_slug":"news/xyz"}""", null,
            "123 - Published: ||https://site.example/blog/news/xyz||"
        },
        { ContentProvider.storyblok, """{"action":"moved","story_id":123}""", null, "123 - None: ||||" },
        {
            ContentProvider.prismic, """{"type":"api-update","documents":["Zx1","Zx2"]}""", null,
            "Zx1 - Published: ||||; Zx2 - Published: ||||"
        },
        { ContentProvider.prismic, """{"type":"test-trigger","documents":["Zx1"]}""", null, "Zx1 - None: ||||" },
        {
            ContentProvider.wordpress, """{"post_id":7,"post":{"ID":7,"post_title":"R&amp;D <em>now<\/em> &lt;3","post_status":"publish","""
                + """ "post_date_gmt":"2026-11-29 08:30:00","post_modified_gmt":"2026-11-29 09:00"},"permalink":"https:\/\/a.example\/"}""",
            null, "7 2026-11-29T09:00:00.0000000+00:00 Published: R&D now <3||https://a.example/||2026-11-29T08:30"
        },
        { ContentProvider.wordpress, """{"post_id":7,"post":{"post_status":"trash"}}""", null, "7 - Unpublished: ||||" },
        { ContentProvider.wordpress, """{"post_id":7,"post":{"post_status":"future"}}""", null, "7 - None: ||||" },
        {
            ContentProvider.webflow, """{"triggerType":"collection_item_published","payload":{"items":[{"id":"1","lastUpdated":"u","""
                + """ "fieldData":{"name":"A"}},{"id":"2","fieldData":{"name":"B"}}]}}""", null,
            "1 u Published: A||||; 2 - Published: B||||"
        },
        {
            ContentProvider.webflow, """{"triggerType":"collection_item_unpublished","payload":{"id":"1"}}""", null,
            "1 - Unpublished: ||||"
        },
        {
            ContentProvider.webflow, """{"triggerType":"collection_item_changed","payload":{"id":"1","isDraft":true}}""", null,
            "1 - None: ||||"
        },
        { ContentProvider.hygraph, """{"operation":"publish","data":{"id":"ck1","title":"T"}}""", null, "ck1 - Published: T||||" },
        { ContentProvider.hygraph, """{"operation":"update","data":{"id":"ck1","title":"T"}}""", null, "ck1 - None: T||||" },
        {
            ContentProvider.kontent, """{"notifications":[{"data":{"system":{"id":"1","name":"N"}},"message":{"action":"published","""
                + """ "object_type":"content_item"}},{"data":{"system":{"id":"2"}},"message":{"object_type":"asset"}}]}""",
            null, "1 - Published: N||||; 2 - None: ||||"
        },
        {
            ContentProvider.generic, """{"type":"article.published","data":{"title":"T"}}""", "webhook-id: msg_1",
            "msg_1 - Published: T||||"
        },
        {
            ContentProvider.generic, """{"id":5,"title":"T","url":"https://a.example/","revision":2,"image":"javascript:alert(1)"}""", null,
            "5 2 Published: T||https://a.example/||"
        },
        { ContentProvider.generic, """{"type":"article.deleted","data":{"id":"x"}}""", null, "x - Unpublished: ||||" },
        { ContentProvider.generic, """{"type":"article.updated","data":{"id":"x"}}""", null, "x - Changed: ||||" },
        { ContentProvider.generic, """{"title":"T"}""", null, "" },
        { ContentProvider.generic, "[]", null, "" },
        { ContentProvider.prismic, "{}", null, "" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void A_call_says_what_happened_to_which_entry(ContentProvider provider, string body, string? header, string said)
    {
        using var document = JsonDocument.Parse(body);
        var headers = header?.Split(": ") is [var name, var value]
            ? new Dictionary<string, string>(StringComparer.Ordinal) { [name] = value } : [];
        var source = EventSources.Of(provider);

        var events = source.Read(new(headers, document.RootElement), source.Fields, Site);

        Assert.Equal(said, string.Join("; ", events.Select(one => $"{one.Entry} {one.Revision ?? "-"} {one.Change}: " + string.Join(
            '|', one.Article.Title, one.Article.Excerpt, one.Article.Url, one.Article.Image,
            one.Article.Date?.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture)))));
    }

    [Fact]
    public void A_relative_address_without_a_site_is_none()
    {
        using var document = JsonDocument.Parse("""{"entry":{"id":1,"slug":"hi","cover":{"url":"/uploads/a.jpg"}}}""");
        var source = EventSources.Of(ContentProvider.strapi);

        Assert.Equal(
            new Article(null, null, null, null, null),
            Assert.Single(source.Read(new(new Dictionary<string, string>(), document.RootElement), source.Fields, null)).Article);
    }

    [Theory]
    [InlineData("/a", "1")]
    [InlineData("/b/0", "x")]
    [InlineData("/b/01", null)]
    [InlineData("/b/2", null)]
    [InlineData("/b/-", null)]
    [InlineData("/c~1d/~0", "y")]
    [InlineData("/e/f/g", null)]
    [InlineData("/e", "first")]
    [InlineData("/h", "One\nTwo")]
    [InlineData("/i", null)]
    [InlineData("/j", null)]
    [InlineData("/k", null)]
    [InlineData("/", "empty")]
    public void A_pointer_leads_to_a_text(string path, string? text)
    {
        using var document = JsonDocument.Parse("""
            {"a":1,"b":["x","z"],"c/d":{"~":"y"},"e":{"f":"first"},"h":[{"text":"One"},{"type":"image"},{"text":"Two"}],"i":true,"j":" ",
            "k":"\ud800","":"empty"}
            """);

        Assert.Equal(text, document.RootElement.Text(path));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("/a/0", true)]
    [InlineData("/a~0b~1", true)]
    [InlineData("a", false)]
    [InlineData("/a~", false)]
    [InlineData("/a~2", false)]
    public void A_pointer_is_well_formed(string path, bool valid) => Assert.Equal(valid, JsonPointer.IsValid(path));

    [Theory]
    [InlineData(PostTemplate.Usual, "T\n\nE\n\nhttps://a.example/")]
    [InlineData("New: {{ title }}! {{url}}", "New: T! https://a.example/")]
    [InlineData("{title} {{title}", "{title} {{title}")]
    [InlineData("Hello", "Hello")]
    public void A_template_is_filled(string template, string text) =>
        Assert.Equal(text, PostTemplate.Render(template, new("T", "E", "https://a.example/", null, null)));

    [Fact]
    public void A_line_of_missing_parts_is_left_out() =>
        Assert.Equal("{{url}}\n\nhttps://a.example/\nby us", PostTemplate.Render(
            "{{title}}\n\n{{excerpt}}\n\n\n{{url}}\nby us", new("{{url}}", null, "https://a.example/", null, null)));

    [Fact]
    public void A_text_has_no_more_characters_than_a_post_may_have()
    {
        var text = PostTemplate.Render("{{excerpt}}", new(null, string.Concat(Enumerable.Repeat("😀", 30_000)), null, null, null));

        Assert.Equal((25_000, '…'), (text.EnumerateRunes().Count(), text[^1]));
    }

    [Theory]
    [InlineData("9", "10", false)]
    [InlineData("10", "9", true)]
    [InlineData("2026-11-29T10:00:00Z", "2026-11-29T10:30:00+02:00", true)]
    [InlineData("2026-11-29 09:00:00", "2026-11-29 10:00:00", false)]
    [InlineData("b", "a", false)]
    [InlineData("9", "2026-11-29T10:00:00Z", false)]
    public void A_revision_is_newer_by_number_or_date(string known, string given, bool newer) =>
        Assert.Equal(newer, new EntryRecord("1", known, null, IsWithdrawn: false, []).IsNewerThan(given));

    [Theory]
    [InlineData("{{title}} {{url}} {{ excerpt }}", null)]
    [InlineData("{{titel}}", "There is no {{titel}}. There are {{title}}, {{excerpt}} and {{url}}.")]
    [InlineData("{{title | upcase}}", "There is no {{title | upcase}}. There are {{title}}, {{excerpt}} and {{url}}.")]
    public void A_template_names_parts_that_there_are(string template, string? fault) =>
        Assert.Equal(fault, PostTemplate.Fault(template));
}
