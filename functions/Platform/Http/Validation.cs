using System.ComponentModel.DataAnnotations;

namespace Planable.Platform.Http;

/// <summary>
/// Limits the characters of a text. A character is a Unicode code point (as JSON Schema's maxLength counts), not a UTF-16 unit.
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

    /// <summary>A text that must have characters needs one that shows.</summary>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        MinimumLength > 0 && value is string text && BlankText.Is(text) ? new(FieldWords.Blank)
        : base.IsValid(value, validationContext);

    public override string FormatErrorMessage(string name) =>
        MinimumLength > 0 ? $"Must have {MinimumLength} to {MaximumLength} characters." : $"Must have at most {MaximumLength} characters.";
}

/// <summary>Validates the IANA name of a time zone.</summary>
[AttributeUsage(AttributeTargets.Property)]
sealed class IanaTimeZoneAttribute() : ValidationAttribute("Must be the name of an IANA time zone, such as Europe/Bucharest.")
{
    public override bool IsValid(object? value) =>
        value is not string name || TimeZones.Canonical(name) is not null;
}

/// <summary>Marks a property for which a request may say null. All others may only be left out.</summary>
[AttributeUsage(AttributeTargets.Property)]
sealed class AcceptsNullAttribute : Attribute;

/// <summary>Marks an array whose items are parsed one by one. The API reference shows this type for them.</summary>
[AttributeUsage(AttributeTargets.Property)]
sealed class ItemsOfAttribute(Type item) : Attribute
{
    public Type Item { get; } = item;
}
