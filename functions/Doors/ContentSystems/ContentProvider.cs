using System.Text.Json.Serialization;
using Planable.Platform.Http;

namespace Planable.Doors.ContentSystems;

/// <summary>A content system; <c>generic</c> for any that sends Standard Webhooks, or a bearer token.</summary>
[JsonConverter(typeof(ContentProviderConverter))]
public enum ContentProvider
{
    contentful,
    sanity,
    strapi,
    ghost,
    storyblok,
    prismic,
    wordpress,
    webflow,
    hygraph,
    kontent,
    generic,
}

public sealed class ContentProviderConverter : NameConverter<ContentProvider>;
