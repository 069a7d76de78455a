using Microsoft.Extensions.Configuration.Memory;

namespace Planable.Platform.Telemetry;

static class LogFilter
{
    /// <summary>Makes a scope of every call, which tells its path.</summary>
    const string CallScopes = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <summary>What is told unless settings such as <c>Logging__LogLevel__Default</c> say otherwise, and what never is.</summary>
    /// <param name="quiet">Categories of ours that tell nothing below a warning.</param>
    public static void AddLogFilters(this IHostApplicationBuilder builder, params IEnumerable<Type> quiet)
    {
        // First, so that every other source of settings wins.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Defaults(quiet) });
        builder.Services.PostConfigure<LoggerFilterOptions>(Apply);
    }

    static IEnumerable<KeyValuePair<string, string?>> Defaults(IEnumerable<Type> quiet) =>
    [
        Default("Microsoft", LogLevel.Warning), Default("System", LogLevel.Warning),
        // The start's failures are told by us, in one line.
        Default("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None),
        .. quiet.Select(type => Default(type.FullName!, LogLevel.Warning)),
    ];

    static KeyValuePair<string, string?> Default(string category, LogLevel level) => new("Logging:LogLevel:" + category, level.ToString());

    /// <summary>
    /// Whatever the settings say, lines that are not ours are left out below a warning: they tell paths, headers and values as they came,
    /// and with them links to shared posts, invitations and tokens.
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
