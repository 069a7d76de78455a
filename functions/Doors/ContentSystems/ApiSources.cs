using System.Globalization;
using System.Text.Json;

namespace Planable.Doors.ContentSystems;

/// <summary>The APIs of content systems from which content is fetched.</summary>
static class ApiSources
{
    static readonly string[] Images =
        ["image", "cover", "coverImage", "cover_image", "featuredImage", "featured_image", "main_image", "mainImage", "teaser_image"];

    /// <remarks>Source: contentful.com/developers, "Content Delivery API".</remarks>
    static readonly ApiSource Contentful = new()
    {
        Changed = "/entries?sys.updatedAt%5Bgte%5D={since}&order=sys.updatedAt,sys.id&limit={size}&skip={skip}&include=0",
        OfType = "&content_type={type}",
        ChangedAt = "/sys/updatedAt",
        Entries = Listed("/items", EventSources.Of(ContentProvider.contentful)),
    };

    /// <remarks>Source: sanity.io/docs, "HTTP API: Query".</remarks>
    static readonly ApiSource Sanity = new()
    {
        Changed = "?query=" + Uri.EscapeDataString(
            "*[_type == $type && _updatedAt >= $since && !(_id in path(\"drafts.**\")) && !(_id in path(\"versions.**\"))]"
            + " | order(_updatedAt asc, _id asc)[$skip...$end]"
            + "{..., \"slug\": slug.current, \"imageUrl\": coalesce(mainImage.asset->url, image.asset->url, coverImage.asset->url)}")
            + "&%24type=%22{type}%22&%24since=%22{since}%22&%24skip={skip}&%24end={end}",
        NeedsType = true,
        Entries = Listed("/result", EventSources.Of(ContentProvider.sanity)),
    };

    /// <remarks>Source: docs.strapi.io, "REST API" of version 5.</remarks>
    static readonly ApiSource Strapi = new()
    {
        Changed = "/api/{type}?filters%5BupdatedAt%5D%5B%24gte%5D={since}&sort=updatedAt:asc&populate=%2A"
            + "&pagination%5Bpage%5D={page}&pagination%5BpageSize%5D={size}",
        NeedsType = true,
        CallPrefix = "/entry",
        Entries = new()
        {
            Entries = ["/data"],
            Id = ["/documentId", "/id"],
            Revision = ["/updatedAt"],
            Change = Published,
            Fields = EventSources.Usual("/") with { Image = ["/cover/url", "/image/url", "/images/0/url"] },
        },
    };

    /// <remarks>Source: docs.ghost.org, "Content API".</remarks>
    static readonly ApiSource Ghost = new()
    {
        Changed = "/ghost/api/content/posts/?filter=updated_at:%3E=%27{since}%27&order=updated_at%20asc&limit={size}&page={page}",
        KeyParameter = "key",
        Time = static at => ApiSource.Written(at, "yyyy-MM-dd HH:mm:ss"),
        CallPrefix = "/post/current",
        Entries = new()
        {
            Entries = ["/posts"],
            Id = ["/id"],
            Revision = ["/updated_at"],
            Change = Published,
            Fields = new(["/title"], ["/custom_excerpt", "/excerpt"], ["/url"], ["/feature_image"], ["/published_at"]),
        },
    };

    /// <remarks>
    /// Source: storyblok.com/docs, "Content Delivery API v2". The current time as <c>cv</c> gets content that is not cached.
    /// </remarks>
    static readonly ApiSource Storyblok = new()
    {
        Changed = "/v2/cdn/stories?version=published&published_at_gt={since}&sort_by=published_at:asc"
            + "&per_page={size}&page={page}&cv={now}",
        OfType = "&content_type={type}",
        Type = "/content/component",
        One = "/v2/cdn/stories/{id}?version=published&cv={now}",
        OneAt = "/story",
        KeyParameter = "token",
        // Minutes are the finest that it takes.
        Time = static at => ApiSource.Written(at, "yyyy-MM-dd HH:mm"),
        Entries = new()
        {
            Entries = ["/stories"],
            Id = ["/id"],
            Revision = ["/published_at"],
            Change = Published,
            Fields = EventSources.Usual("/content/") with
            {
                Title = ["/content/title", "/content/headline", "/name"],
                Url = ["/full_slug"],
                Image = [.. Images.Select(name => $"/content/{name}/filename"), .. Images.Select(name => "/content/" + name)],
                Date = ["/first_published_at", "/published_at"],
            },
        },
    };

    /// <remarks>Source: prismic.io/docs, "Content API".</remarks>
    static readonly ApiSource Prismic = new()
    {
        Changed = "/api/v2/documents/search?ref={ref}&lang=%2A&q=%5B%5Bdate.after(document.last_publication_date,{since})%5D%5D"
            + "&orderings=%5Bdocument.last_publication_date%5D&pageSize={size}&page={page}",
        OfType = "&q=%5B%5Bat(document.type,%22{type}%22)%5D%5D",
        Type = "/type",
        One = "/api/v2/documents/search?ref={ref}&lang=%2A&q=%5B%5Bat(document.id,%22{id}%22)%5D%5D",
        OneAt = "/results/0",
        State = "/api/v2",
        KeyParameter = "access_token",
        Time = static at => at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
        Entries = new()
        {
            Entries = ["/results"],
            Id = ["/id"],
            Revision = ["/last_publication_date"],
            Change = Published,
            Fields = EventSources.Usual("/data/") with
            {
                Url = ["/url", "/data/url", "/uid"],
                Image = [.. Images.Select(name => $"/data/{name}/url")],
                Date = ["/data/date", "/first_publication_date"],
            },
        },
    };

    /// <remarks>
    /// Source: developer.wordpress.org, "REST API Handbook". Its calls, which a plugin sends, have other names for the parts of a post.
    /// </remarks>
    static readonly ApiSource WordPress = new()
    {
        Changed = "/wp-json/wp/v2/{type}?modified_after={since}&orderby=modified&order=asc&per_page={size}&page={page}"
            + "&_embed=wp:featuredmedia",
        IsBasic = true,
        Entries = new()
        {
            Entries = [""],
            Id = ["/id"],
            Revision = ["/modified_gmt"],
            Change = Published,
            Fields = new(
                ["/title/rendered"], ["/excerpt/rendered"], ["/link"], ["/_embedded/wp:featuredmedia/0/source_url"], ["/date_gmt"],
                IsHtml: true),
        },
    };

    /// <remarks>Source: kontent.ai/learn, "Delivery REST API".</remarks>
    static readonly ApiSource Kontent = new()
    {
        Changed = "/items?system.last_modified%5Bgte%5D={since}&order=system.last_modified%5Basc%5D&limit={size}&skip={skip}&depth=0",
        OfType = "&system.type={type}",
        Type = "/system/type",
        One = "/items?system.id={id}&depth=0",
        OneAt = "/items/0",
        Entries = new()
        {
            Entries = ["/items"],
            Id = ["/system/id"],
            Revision = ["/system/last_modified"],
            Change = Published,
            Fields = new(
                ["/elements/title/value", "/elements/headline/value", "/elements/name/value", "/system/name"],
                ["/elements/summary/value", "/elements/excerpt/value", "/elements/teaser/value", "/elements/description/value"],
                ["/elements/url/value", "/elements/slug/value", "/elements/url_pattern/value"],
                [.. Images.Select(name => $"/elements/{name}/value/0/url")],
                ["/elements/post_date/value", "/elements/publish_date/value", "/elements/date/value"],
                IsHtml: true),
        },
    };

    /// <summary>The API of a content system; null if it is not fetched from.</summary>
    public static ApiSource? Of(ContentProvider provider) => provider switch
    {
        ContentProvider.contentful => Contentful,
        ContentProvider.sanity => Sanity,
        ContentProvider.strapi => Strapi,
        ContentProvider.ghost => Ghost,
        ContentProvider.storyblok => Storyblok,
        ContentProvider.prismic => Prismic,
        ContentProvider.wordpress => WordPress,
        ContentProvider.kontent => Kontent,
        _ => null,
    };

    /// <summary>A list of entries that are as in a call.</summary>
    static EventSource Listed(string at, EventSource call) => call with { Entries = [at], IdHeader = null, Change = Published };

    static EntryChange Published(HookMessage message, JsonElement entry) => EntryChange.Published;
}
