using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Planable.Doors.ContentSystems.Signatures;

/// <summary>The schemes of the content systems that we take webhooks from.</summary>
static partial class Schemes
{
    /// <remarks>Source: github.com/contentful/node-apps-toolkit, src/requests.</remarks>
    public static readonly ISignatureScheme Contentful = new ContentfulScheme();

    /// <remarks>Source: github.com/sanity-io/webhook-toolkit, which compares the whole header, so that only this order is valid.</remarks>
    public static readonly ISignatureScheme Sanity = new HmacScheme("sanity-webhook-signature")
    {
        Text = SignatureText.Base64Url,
        Form = SanityHeader(),
        Before = static time => time + ".",
    };

    /// <remarks>Source: github.com/TryGhost/Ghost, webhook-trigger.js.</remarks>
    public static readonly ISignatureScheme Ghost = new HmacScheme("X-Ghost-Signature")
    {
        Form = GhostHeader(),
        After = static time => time,
    };

    /// <remarks>Source: storyblok.com/docs, "Webhooks".</remarks>
    public static readonly ISignatureScheme Storyblok = new HmacScheme("webhook-signature") { Algorithm = HashAlgorithmName.SHA1 };

    /// <remarks>Source: github.com/Ironikus/wp-webhooks, class-wp-webhooks-pro-webhook.php.</remarks>
    public static readonly ISignatureScheme WordPress = new HmacScheme("X-WP-Webhook-Signature") { Text = SignatureText.Base64 };

    /// <remarks>Source: developers.webflow.com, "Working with webhooks".</remarks>
    public static readonly ISignatureScheme Webflow = new HmacScheme("x-webflow-signature")
    {
        TimeHeader = "x-webflow-timestamp",
        Before = static time => time + ":",
    };

    /// <remarks>Source: github.com/hygraph/utils, verifyWebhookSignature.</remarks>
    public static readonly ISignatureScheme Hygraph = new HygraphScheme();

    /// <remarks>Source: github.com/kontent-ai/webhook-helper-js. Newer webhooks use the second name of the header.</remarks>
    public static readonly ISignatureScheme Kontent = new HmacScheme("x-kc-signature", "x-kontent-ai-signature")
    {
        Text = SignatureText.Base64,
    };

    /// <remarks>Source: prismic.io/docs, "Webhooks". Prismic signs nothing and sends the secret.</remarks>
    public static readonly ISignatureScheme Prismic = new BodySecretScheme();

    /// <remarks>Source: docs.strapi.io, "Webhooks". Strapi signs nothing and sends the headers that it is told to.</remarks>
    public static readonly ISignatureScheme Bearer = new BearerScheme();

    /// <remarks>Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md.</remarks>
    public static readonly ISignatureScheme Standard = new StandardScheme();

    [GeneratedRegex(@"^t=(?<time>[0-9]+),v1=(?<sign>[^, ]+)\z", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex SanityHeader();

    [GeneratedRegex(@"^sha256=(?<sign>[0-9a-f]+), t=(?<time>[0-9]+)\z", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex GhostHeader();
}
