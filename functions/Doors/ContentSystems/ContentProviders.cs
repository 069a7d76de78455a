using System.Text.RegularExpressions;
using Planable.Doors.ContentSystems.Signatures;

namespace Planable.Doors.ContentSystems;

/// <summary>What content systems do differently.</summary>
static partial class ContentProviders
{
    /// <summary>
    /// Whether a call proves where it comes from. Strapi sends a header that was typed in, so that its calls have a secret in their path
    /// besides.
    /// </summary>
    public static bool Signs(this ContentProvider provider) => provider is not ContentProvider.strapi;

    public static ISignatureScheme Scheme(this ContentProvider provider) => provider switch
    {
        ContentProvider.contentful => Schemes.Contentful,
        ContentProvider.sanity => Schemes.Sanity,
        ContentProvider.strapi => Schemes.Bearer,
        ContentProvider.ghost => Schemes.Ghost,
        ContentProvider.storyblok => Schemes.Storyblok,
        ContentProvider.prismic => Schemes.Prismic,
        ContentProvider.wordpress => Schemes.WordPress,
        ContentProvider.webflow => Schemes.Webflow,
        ContentProvider.hygraph => Schemes.Hygraph,
        ContentProvider.kontent => Schemes.Kontent,
        _ => Schemes.Standard,
    };

    /// <summary>Why a content system cannot have this secret; null if it can.</summary>
    public static string? SecretFault(this ContentProvider provider, string secret) =>
        provider is ContentProvider.contentful && !ContentfulSecret().IsMatch(secret)
            ? "Contentful's secrets have 64 characters, of letters, digits and + / = _ -." : null;

    [GeneratedRegex(@"^[0-9a-zA-Z+/=_-]{64}\z", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex ContentfulSecret();
}
