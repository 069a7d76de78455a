namespace Planable.Content.Pages;

/// <summary>The platforms of pages.</summary>
static class Platforms
{
    /// <summary>
    /// The sandbox publishes nowhere. It is for trying things, and for <c>universal</c>,
    /// which has no network of its own.
    /// </summary>
    public const string Sandbox = "sandbox", Universal = "universal";

    public static readonly string[] All =
        ["facebook", "instagram", "threads", "linkedin", "youtube", "tiktok", "twitter", "pinterest", "googleMyBusiness", Universal];

    /// <summary>The networks that can publish a platform's pages, the platform's own first.</summary>
    public static string[] NetworksOf(string platform) => platform == Universal ? [Sandbox] : [platform, Sandbox];
}
