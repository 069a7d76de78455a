using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Planable.Platform.Http;

/// <summary>Reads the file name from <c>Content-Disposition</c>, also as servers write it that do not keep to the standard.</summary>
static partial class AttachedName
{
    public static string? Of(HttpContentHeaders headers)
    {
        var parsed = headers.ContentDisposition;
        var raw = headers.NonValidated.TryGetValues("Content-Disposition", out var values) ? values.ToString() : "";
        var name = parsed?.FileNameStar ?? parsed?.FileName ?? Unquoted().Match(raw).Groups["name"].Value;
        // Some clients send the path on their machine.
        name = Readable(name.Trim().Trim('"')).Split('/', '\\')[^1].Trim();
        return name.Length > 0 ? name : null;
    }

    /// <summary>Headers are read as Latin-1, but many servers send UTF-8.</summary>
    static string Readable(string name)
    {
        var bytes = name.All(char.IsAscii) || name.Any(one => one > byte.MaxValue) ? [] : Encoding.Latin1.GetBytes(name);
        return bytes.Length > 0 && Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : name;
    }

    /// <summary>A name without the quotes that it needs.</summary>
    [GeneratedRegex(
        @"filename\s*=(?<name>[^;]+)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Unquoted();
}
