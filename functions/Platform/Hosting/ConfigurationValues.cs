using System.Globalization;

namespace Planable.Platform.Hosting;

/// <summary>Reads settings. A wrong value stops the start; the message names the setting as an environment variable.</summary>
static class ConfigurationValues
{
    public static TimeSpan Duration(this IConfiguration configuration, string name, TimeSpan otherwise) =>
        configuration.Duration(name) ?? otherwise;

    public static TimeSpan? Duration(this IConfiguration configuration, string name) =>
        configuration[name] is { Length: > 0 } text ? ParseDuration(name, text) : null;

    public static TimeSpan[] Durations(this IConfiguration configuration, string name, TimeSpan[] otherwise) =>
        configuration[name] is { Length: > 0 } text ? [.. text.Split(',').Select(one => ParseDuration(name, one))] : otherwise;

    public static int Number(this IConfiguration configuration, string name, int otherwise) =>
        configuration[name] is not { Length: > 0 } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 ? value
        : throw new StartupFailure($"{Variable(name)} is '{text}', which is not a whole number above 0.");

    public static bool Switch(this IConfiguration configuration, string name) =>
        configuration[name] is { Length: > 0 } text
        && (bool.TryParse(text, out var value) ? value
            : throw new StartupFailure($"{Variable(name)} is '{text}', which is neither true nor false."));

    public static Uri? Address(this IConfiguration configuration, string name) =>
        configuration[name] is not { Length: > 0 } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url
        : throw new StartupFailure($"{Variable(name)} is '{text}', which is not an address such as https://api.example.com.");

    static TimeSpan ParseDuration(string name, string text) =>
        TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value > TimeSpan.Zero ? value
        : throw new StartupFailure($"{Variable(name)} is '{text}', which is not a duration such as 00:01:00.");

    static string Variable(string name) => name.Replace(":", "__", StringComparison.Ordinal);
}
