using Microsoft.Extensions.Configuration.Memory;

namespace Planable.Platform.Telemetry;

static class LogFilter
{
    /// <summary>This category adds a log scope with the path to every call.</summary>
    const string CallScopes = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <summary>
    /// Sets which log lines are written unless settings such as <c>Logging__LogLevel__Default</c> say otherwise, and which are never
    /// written.
    /// </summary>
    /// <param name="quiet">Categories of ours that log only warnings and errors by default.</param>
    public static void AddLogFilters(this IHostApplicationBuilder builder, params IEnumerable<Type> quiet)
    {
        // Inserted first, so that every other source of settings overrides it.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults(quiet) });
        builder.Services.PostConfigure<LoggerFilterOptions>(Apply);
    }

    static Dictionary<string, string?> Defaults(IEnumerable<Type> quiet)
    {
        var levels = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        Add("Microsoft", nameof(LogLevel.Warning));
        Add("System", nameof(LogLevel.Warning));
        // We log the failures of the start ourselves, in one line.
        Add("Microsoft.Extensions.Hosting.Internal.Host", nameof(LogLevel.None));
        foreach (var type in quiet)
        {
            Add(type.FullName!, nameof(LogLevel.Warning));
        }
        return levels;

        void Add(string category, string level) => levels.Add("Logging:LogLevel:" + category, level);
    }

    /// <summary>
    /// Drops lines below a warning that are not ours, whatever the settings say. They contain paths, headers and values as callers sent
    /// them, and so links to shared posts, invitations and tokens.
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
