using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Planable.Platform.Http;

/// <summary>Validates a date-time of RFC 3339 with an offset.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
sealed class Rfc3339Attribute() : ValidationAttribute(
    "Must be a date-time with an offset, such as 2030-01-01T09:00:00Z. In a URL, write + as %2B.")
{
    public override bool IsValid(object? value) => value is not string text || Rfc3339.TryParse(text, out _);
}

static class Rfc3339
{
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
            && reader.GetString()!.Contains('T', StringComparison.Ordinal) && reader.TryGetDateTimeOffset(out moment);
    }
}
