namespace Planable.Hosting;

static class LogFilter
{
    /// <summary>Makes a scope of every call, which tells its path.</summary>
    const string CallScopes = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <summary>
    /// Whatever the settings say, lines that are not ours are left out below a warning: they tell paths, headers and values as they came, and with them
    /// links to shared posts, invitations and tokens.
    /// </summary>
    public static void Apply(LoggerFilterOptions options)
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
