using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Planable.Platform.Http;

/// <summary>Validates a date-time of RFC 3339 with an offset.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
sealed class Rfc3339Attribute() : ValidationAttribute(Rfc3339.Words + " In a URL, write + as %2B.")
{
    public override bool IsValid(object? value) => value is not string text || Rfc3339.TryParse(text, out _);
}

static class Rfc3339
{
    public const string Words = "Must be a date-time with seconds and an offset, such as 2030-01-01T09:00:00Z.";

    /// <summary>Parses a text that is already validated; null for null.</summary>
    public static DateTimeOffset? Parse(string? text) => text is not null && TryParse(text, out var moment) ? moment : null;

    public static bool TryParse(string text, out DateTimeOffset moment)
    {
        var reader = new Utf8JsonReader(JsonSerializer.SerializeToUtf8Bytes(text, ApiJson.Default.String));
        reader.Read();
        return TryRead(ref reader, out moment);
    }

    public static bool TryRead(ref Utf8JsonReader reader, out DateTimeOffset moment)
    {
        moment = default;
        return reader.TokenType is JsonTokenType.String && reader.GetString() is [.., 'Z'] or [.., '+' or '-', _, _, ':', _, _]
            && HasSeconds(reader.GetString()!) && reader.TryGetDateTimeOffset(out moment);
    }

    /// <summary>The reader also takes ISO 8601 without seconds, and a point without digits after it.</summary>
    static bool HasSeconds(string text) =>
        text is [_, _, _, _, '-', _, _, '-', _, _, 'T', _, _, ':', _, _, ':', _, _, .. var rest] && rest is not ['.', < '0' or > '9', ..];
}
