namespace Planable.Doors.ContentSystems;

/// <summary>How the calls of each content system are read.</summary>
static class EventSources
{
    static readonly string[] Titles = ["title", "name", "headline"], Excerpts = ["excerpt", "summary", "description", "teaser"],
        Urls = ["url", "link", "slug"], Images = ["image", "cover", "featuredImage", "coverImage"],
        Dates = ["publishedAt", "publishDate", "date"];

    static readonly EventSource Contentful = new()
    {
        Id = ["/sys/id"],
        Revision = ["/sys/revision", "/sys/updatedAt"],
        Change = static (message, _) => Verb(After(message.Header("x-contentful-topic"), "ContentManagement.Entry.")),
        Fields = Usual("/fields/"),
    };

    /// <summary>The body is what the webhook's projection makes of a document. A draft's id begins with <c>drafts.</c></summary>
    static readonly EventSource Sanity = new()
    {
        Id = ["/_id"],
        IdHeader = "sanity-document-id",
        Revision = ["/_updatedAt", "/_rev"],
        Change = static (message, entry) =>
            (entry.Text("/_id") ?? message.Header("sanity-document-id"))?.StartsWith("drafts.", StringComparison.Ordinal) is true
                ? EntryChange.None
            : message.Header("sanity-operation") is "delete" ? EntryChange.Unpublished : EntryChange.Published,
        Fields = Usual("/") with { Image = ["/imageUrl", "/image", "/mainImage/asset/url"] },
    };

    /// <summary>An entry that has drafts is changed as a draft; whether it is published, its date says.</summary>
    static readonly EventSource Strapi = new()
    {
        Id = ["/entry/documentId", "/entry/id"],
        Revision = ["/entry/updatedAt", "/createdAt"],
        Change = static (message, entry) => After(message.Header("x-strapi-event") ?? entry.Text("/event"), "entry.") switch
        {
            "create" => entry.Text("/entry/publishedAt") is null ? EntryChange.None : EntryChange.Published,
            "update" => entry.Text("/entry/publishedAt") is null ? EntryChange.None : EntryChange.Changed,
            var verb => Verb(verb),
        },
        Fields = Usual("/entry/") with { Image = ["/entry/cover/url", "/entry/image/url", "/entry/images/0/url"] },
    };

    /// <summary>A call does not name its event. What happened, the entry's state now and before says.</summary>
    static readonly EventSource Ghost = new()
    {
        Id = ["/post/current/id", "/post/previous/id", "/page/current/id", "/page/previous/id"],
        Revision = ["/post/current/updated_at", "/page/current/updated_at"],
        Change = static (_, entry) => entry.Text("/post/current/status", "/page/current/status") is "published" ? EntryChange.Published
            : entry.Text("/post/previous/status", "/page/previous/status") is "published" ? EntryChange.Unpublished : EntryChange.None,
        Fields = new(
            ["/post/current/title", "/page/current/title"],
            ["/post/current/custom_excerpt", "/post/current/excerpt", "/page/current/custom_excerpt"],
            ["/post/current/url", "/page/current/url"], ["/post/current/feature_image", "/page/current/feature_image"],
            ["/post/current/published_at", "/page/current/published_at"]),
    };

    /// <summary>A call names the story, and has nothing of its content but the path.</summary>
    static readonly EventSource Storyblok = new()
    {
        Id = ["/story_id"],
        Change = static (_, entry) => Verb(entry.Text("/action")),
        Fields = new([], [], ["/full_slug"], [], []),
    };

    /// <summary>A call lists the ids of documents.</summary>
    static readonly EventSource Prismic = new()
    {
        Entries = ["/documents"],
        Id = [""],
        Change = static (message, _) => message.Body.Text("/type") is "api-update" ? EntryChange.Published : EntryChange.None,
        Fields = new([], [], [], [], []),
    };

    static readonly EventSource WordPress = new()
    {
        Id = ["/post_id", "/post/ID"],
        Revision = ["/post/post_modified_gmt"],
        Change = static (_, entry) => entry.Text("/post/post_status") switch
        {
            "publish" => EntryChange.Published,
            "draft" or "pending" or "private" or "trash" => EntryChange.Unpublished,
            _ => EntryChange.None,
        },
        Fields = new(
            ["/post/post_title"], ["/post/post_excerpt"], ["/permalink", "/post_permalink", "/post/guid"],
            ["/post_thumbnail", "/post_thumbnail_url"], ["/post/post_date_gmt"], IsHtml: true),
    };

    /// <summary>An item that is changed is a draft until it is published.</summary>
    static readonly EventSource Webflow = new()
    {
        Entries = ["/payload/items", "/payload"],
        Id = ["/id"],
        Revision = ["/lastPublished", "/lastUpdated"],
        Change = static (message, _) => After(message.Body.Text("/triggerType"), "collection_item_") switch
        {
            "changed" => EntryChange.None,
            var verb => Verb(verb),
        },
        Fields = Usual("/fieldData/") with
        {
            Image = ["/fieldData/main-image/url", "/fieldData/image/url", "/fieldData/thumbnail-image/url"],
            Excerpt = ["/fieldData/post-summary", "/fieldData/summary", "/fieldData/excerpt"],
            Date = ["/lastPublished"],
        },
    };

    static readonly EventSource Hygraph = new()
    {
        Id = ["/data/id"],
        Revision = ["/data/updatedAt"],
        Change = static (_, entry) => entry.Text("/operation") is "update" ? EntryChange.None : Verb(entry.Text("/operation")),
        Fields = Usual("/data/") with { Image = ["/data/coverImage/url", "/data/image/url"] },
    };

    /// <summary>A call has the names of items, and nothing of their content.</summary>
    static readonly EventSource Kontent = new()
    {
        Entries = ["/notifications"],
        Id = ["/data/system/id"],
        Revision = ["/data/system/last_modified"],
        Change = static (_, entry) =>
            entry.Text("/message/object_type") is "content_item" ? Verb(entry.Text("/message/action")) : EntryChange.None,
        Fields = new(["/data/system/name"], [], [], [], []),
    };

    /// <summary>The last word of the event's type says what happened; without a type, the entry was published.</summary>
    static readonly EventSource Generic = new()
    {
        Id = ["/data/id", "/id", "/data/url", "/url"],
        IdHeader = "webhook-id",
        Revision = ["/data/revision", "/data/updatedAt", "/revision", "/updatedAt"],
        Change = static (_, entry) => entry.Text("/type", "/event", "/action") is { } type
            ? Verb(type.Split('.', '_', ':')[^1]) : EntryChange.Published,
        Fields = Both(Usual("/data/"), Usual("/")),
    };

    public static EventSource Of(ContentProvider provider) => provider switch
    {
        ContentProvider.contentful => Contentful,
        ContentProvider.sanity => Sanity,
        ContentProvider.strapi => Strapi,
        ContentProvider.ghost => Ghost,
        ContentProvider.storyblok => Storyblok,
        ContentProvider.prismic => Prismic,
        ContentProvider.wordpress => WordPress,
        ContentProvider.webflow => Webflow,
        ContentProvider.hygraph => Hygraph,
        ContentProvider.kontent => Kontent,
        _ => Generic,
    };

    static EntryChange Verb(string? verb) => verb switch
    {
        "publish" or "published" => EntryChange.Published,
        "update" or "updated" or "edited" or "changed" => EntryChange.Changed,
        "unpublish" or "unpublished" or "archive" or "archived" or "delete" or "deleted" => EntryChange.Unpublished,
        _ => EntryChange.None,
    };

    /// <summary>What follows a prefix; null if the text has another.</summary>
    static string? After(string? text, string prefix) =>
        text?.StartsWith(prefix, StringComparison.Ordinal) is true ? text[prefix.Length..] : null;

    /// <summary>The usual names of fields below a pointer.</summary>
    public static ArticleFields Usual(string at) =>
        new(Below(at, Titles), Below(at, Excerpts), Below(at, Urls), Below(at, Images), Below(at, Dates));

    static string[] Below(string at, string[] names) => Array.ConvertAll(names, name => at + name);

    static ArticleFields Both(ArticleFields first, ArticleFields second) => new(
        [.. first.Title, .. second.Title], [.. first.Excerpt, .. second.Excerpt], [.. first.Url, .. second.Url],
        [.. first.Image, .. second.Image], [.. first.Date, .. second.Date]);
}
