using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Planable.Platform.Http;

/// <summary>
/// Finds every field of a body that has a wrong type, or null where null is not allowed. The serializer alone stops at the first.
/// </summary>
static class BodyShape
{
    /// <summary>What is wrong with a body; null if the serializer can read it.</summary>
    public static Problem? Check(JsonElement body, JsonTypeInfo type)
    {
        if (body.ValueKind is not JsonValueKind.Object)
        {
            return Problems.NoObject();
        }
        List<FieldError> wrong = [];
        try
        {
            CheckObject(body, type, "", wrong);
        }
        catch (InvalidOperationException)
        {
            return Problems.Malformed("The body has a name that is not valid Unicode text.");
        }
        return wrong is [] ? null : Problems.Invalid(wrong);
    }

    static void CheckObject(JsonElement body, JsonTypeInfo type, string prefix, List<FieldError> wrong)
    {
        foreach (var sent in body.EnumerateObject())
        {
            if (type.Properties.FirstOrDefault(one => sent.NameEquals(one.Name)) is not { } property)
            {
                continue;
            }
            var field = prefix + property.Name;
            if (sent.Value.ValueKind is not JsonValueKind.Null)
            {
                CheckValue(sent.Value, type.Options.GetTypeInfo(property.PropertyType), field, property.AttributeProvider, wrong);
            }
            else if (!AcceptsNull(property))
            {
                wrong.Add(new(field, FieldWords.Null));
            }
        }
    }

    static void CheckValue(
        JsonElement value, JsonTypeInfo type, string field, ICustomAttributeProvider? attributes, List<FieldError> wrong)
    {
        switch (type.Kind, value.ValueKind)
        {
            case (JsonTypeInfoKind.Object, JsonValueKind.Object):
                CheckObject(value, type, field + ".", wrong);
                break;
            case (JsonTypeInfoKind.Enumerable, JsonValueKind.Array):
                foreach (var (index, item) in value.EnumerateArray().Index())
                {
                    CheckItem(item, type.Options.GetTypeInfo(type.ElementType!), $"{field}[{index}]", wrong);
                }
                break;
            case (JsonTypeInfoKind.None, _) when IsReadable(value, type):
                break;
            default:
                wrong.Add(new(field, IsBrokenText(value) ? FieldWords.NoText : WordsOf(type.Type, attributes)));
                break;
        }
    }

    static void CheckItem(JsonElement item, JsonTypeInfo type, string field, List<FieldError> wrong)
    {
        // What is read later is checked later.
        if (type.Type == typeof(JsonElement))
        {
            return;
        }
        if (item.ValueKind is JsonValueKind.Null)
        {
            wrong.Add(new(field, FieldWords.Null));
            return;
        }
        CheckValue(item, type, field, null, wrong);
    }

    static bool IsReadable(JsonElement value, JsonTypeInfo type)
    {
        try
        {
            value.Deserialize(type);
        }
        catch (JsonException)
        {
            return false;
        }
        return !IsBrokenText(value);
    }

    /// <summary>Whether a text, or one in a list, has a character that storage and networks cannot hold.</summary>
    static bool IsBrokenText(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Array)
        {
            return value.EnumerateArray().Any(IsBrokenText);
        }
        if (value.ValueKind is not JsonValueKind.String)
        {
            return false;
        }
        try
        {
            return value.GetString()!.Contains('\0', StringComparison.Ordinal);
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }

    static string WordsOf(Type type, ICustomAttributeProvider? attributes) =>
        attributes?.GetCustomAttributes(typeof(RangeAttribute), inherit: false) is [RangeAttribute range]
            ? range.FormatErrorMessage("") : FieldWords.Of(type);

    static bool AcceptsNull(JsonPropertyInfo property) =>
        property.AttributeProvider is { } attributes
        && (attributes.IsDefined(typeof(AcceptsNullAttribute), inherit: false)
            || attributes.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: false)
                is [JsonIgnoreAttribute { Condition: JsonIgnoreCondition.Never }]);
}
