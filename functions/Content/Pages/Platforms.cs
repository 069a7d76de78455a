namespace Planable.Content.Pages;

/// <summary>What a page can be on.</summary>
static class Platforms
{
    /// <summary>The network that publishes nowhere: for trying things, and for <c>universal</c>, which has none of its own.</summary>
    public const string Sandbox = "sandbox", Universal = "universal";

    public static readonly string[] All =
        ["facebook", "instagram", "threads", "linkedin", "youtube", "tiktok", "twitter", "pinterest", "googleMyBusiness", Universal];

    /// <summary>Who can publish a platform's pages: its own client first, where it has one.</summary>
    public static string[] NetworksOf(string platform) => platform == Universal ? [Sandbox] : [platform, Sandbox];
}
