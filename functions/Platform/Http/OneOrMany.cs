using System.Text.Json;
using System.Text.Json.Serialization;

namespace Planable.Platform.Http;

/// <summary>One URL, or a list of 1 to 20 URLs.</summary>
/// <param name="IsList">Whether the caller sent a list. A list of one differs from a single URL.</param>
[JsonConverter(typeof(OneOrManyConverter))]
public sealed record OneOrMany(string[] Values, bool IsList)
{
    public const int Most = 20;
}

public sealed class OneOrManyConverter : JsonConverter<OneOrMany>
{
    public override OneOrMany Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not JsonTokenType.StartArray)
        {
            return new([Text(ref reader)], IsList: false);
        }
        List<string> values = [];
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            values.Add(Text(ref reader));
        }
        return new([.. values], IsList: true);
    }

    public override void Write(Utf8JsonWriter writer, OneOrMany value, JsonSerializerOptions options) => throw new NotSupportedException();

    static string Text(ref Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.String ? reader.GetString()! : throw new JsonException();
}
