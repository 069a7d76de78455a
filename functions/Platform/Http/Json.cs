using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace Planable.Platform.Http;

/// <summary>The wire: camelCase, nothing for null unless a field is always there, numbers as numbers, dates in UTC.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(IReadOnlyList<FieldError>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Done))]
sealed partial class ApiJson : JsonSerializerContext;

/// <summary>Writes UTC with <c>Z</c> and milliseconds; reads any offset, and refuses a date-time that has none.</summary>
sealed class UtcConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        Rfc3339.TryRead(ref reader, out var value) ? value : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Text(value));

    public static string Text(DateTimeOffset value) =>
        value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

/// <summary>
/// Reads an enum by its exact names alone; the framework's converter takes <c>a, b</c> for a third value,
/// and other cases.
/// </summary>
public abstract class NameConverter<T> : JsonConverter<T> where T : struct, Enum
{
    static readonly Dictionary<string, T> Values = Enum.GetValues<T>().ToDictionary(JsonNames.Of, StringComparer.Ordinal);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String
        && Values.TryGetValue(reader.GetString()!, out var value) ? value : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(JsonNames.Of(value));
}

static class JsonExtensions
{
    /// <summary>Adds a feature's bodies to those that calls can have.</summary>
    public static IServiceCollection AddApiJson(this IServiceCollection services, JsonSerializerContext bodies) =>
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, bodies));

    public static IServiceCollection AddJson(this IServiceCollection services) => services.ConfigureHttpJsonOptions(json =>
    {
        var options = json.SerializerOptions;
        options.TypeInfoResolverChain.Insert(0, ApiJson.Default);
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Converters.Add(new UtcConverter());
        // Answers are application/json, never part of a page, so text need not be escaped for HTML.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    });
}
