using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;

namespace Planable.Platform.Http;

/// <summary>Validates an end of a range: a date-time of RFC 3339 with an offset, or a date.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
sealed class Rfc3339Attribute() : ValidationAttribute(
    "Must be a date such as 2030-01-01, or a date-time with seconds and an offset, such as 2030-01-01T09:00:00Z. "
    + "In a URL, write + as %2B.")
{
    public override bool IsValid(object? value) => value is not string text || Rfc3339.Parse(text) is not null;
}

static class Rfc3339
{
    public const string Words = "Must be a date-time with seconds and an offset, such as 2030-01-01T09:00:00Z.";

    /// <summary>A date-time, or the first instant of a date in UTC; null for null and for any other text.</summary>
    public static DateTimeOffset? Parse(string? text) =>
        text is null ? null : TryDay(text, out var day) ? Midnight(day) : TryParse(text, out var moment) ? moment : null;

    /// <summary>The same for the end of a range, which the range excludes: of a date, the first instant of the next day.</summary>
    public static DateTimeOffset? ParseEnd(string? text) =>
        text is null || !TryDay(text, out var day) ? Parse(text)
        : day < DateOnly.MaxValue ? Midnight(day.AddDays(1)) : DateTimeOffset.MaxValue;

    public static bool TryRead(ref Utf8JsonReader reader, out DateTimeOffset moment)
    {
        moment = default;
        return reader.TokenType is JsonTokenType.String && reader.GetString() is [.., 'Z'] or [.., '+' or '-', _, _, ':', _, _]
            && HasSeconds(reader.GetString()!) && reader.TryGetDateTimeOffset(out moment);
    }

    /// <summary>The reader also takes ISO 8601 without seconds, and a point without digits after it.</summary>
    static bool HasSeconds(string text) =>
        text is [_, _, _, _, '-', _, _, '-', _, _, 'T', _, _, ':', _, _, ':', _, _, .. var rest] && rest is not ['.', < '0' or > '9', ..];

    static bool TryParse(string text, out DateTimeOffset moment)
    {
        var reader = new Utf8JsonReader(JsonSerializer.SerializeToUtf8Bytes(text, ApiJson.Default.String));
        reader.Read();
        return TryRead(ref reader, out moment);
    }

    static bool TryDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    static DateTimeOffset Midnight(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}
