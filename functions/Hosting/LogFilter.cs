using Planable.Settings;
using Planable.Tokens;

namespace Planable.Hosting;

static class LogFilter
{
    /// <summary>Makes a scope of every call, which tells its path.</summary>
    const string CallScopes = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <summary>What is told unless settings such as <c>Logging__LogLevel__Default</c> say otherwise, and what never is.</summary>
    public static void AddFilters(this ILoggingBuilder logging)
    {
        logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
        // The start's failures are told by us, in one line.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddFilter(typeof(PlatformAuthentication).FullName, LogLevel.Warning).AddFilter(typeof(TokenAuthentication).FullName, LogLevel.Warning);
        logging.Services.PostConfigure<LoggerFilterOptions>(Apply);
    }

    /// <summary>
    /// Whatever the settings say, lines that are not ours are left out below a warning: they tell paths, headers and values as they came, and with them
    /// links to shared posts, invitations and tokens.
    /// </summary>
    static void Apply(LoggerFilterOptions options)
    {
        LoggerFilterRule[] rules = [new(null, null, options.MinLevel, null), .. options.Rules];
        options.Rules.Clear();
        foreach (var rule in rules)
        {
            options.Rules.Add(new(rule.ProviderName, rule.CategoryName, rule.LogLevel, (provider, category, level) =>
                IsHarmless(category, level) && (rule.Filter is null || rule.Filter(provider, category, level))));
        }
    }

    static bool IsHarmless(string? category, LogLevel level) =>
        (level >= LogLevel.Warning && category != CallScopes) || category?.StartsWith(nameof(Planable), StringComparison.Ordinal) is true;
}
