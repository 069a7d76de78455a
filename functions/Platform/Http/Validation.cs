using System.ComponentModel.DataAnnotations;

namespace Planable.Platform.Http;

/// <summary>
/// How many characters a text may have. A character is a Unicode code point (as JSON Schema's maxLength counts),
/// not a UTF-16 unit.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
sealed class CharactersAttribute(int most) : StringLengthAttribute(most)
{
    public int Least
    {
        get => MinimumLength;
        init => MinimumLength = value;
    }

    public override bool IsValid(object? value) =>
        value is not string text || (text.EnumerateRunes().Count() is var count && count >= MinimumLength && count <= MaximumLength);

    public override string FormatErrorMessage(string name) =>
        MinimumLength > 0 ? $"Must have {MinimumLength} to {MaximumLength} characters." : $"Must have at most {MaximumLength} characters.";
}

/// <summary>A time zone's IANA name.</summary>
[AttributeUsage(AttributeTargets.Property)]
sealed class IanaTimeZoneAttribute() : ValidationAttribute("Is not the name of an IANA time zone, such as Europe/Bucharest.")
{
    public override bool IsValid(object? value) =>
        value is not string name || (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId);
}

/// <summary>An array whose items are read one by one; the reference shows them as this type.</summary>
[AttributeUsage(AttributeTargets.Property)]
sealed class ItemsOfAttribute(Type item) : Attribute
{
    public Type Item { get; } = item;
}
