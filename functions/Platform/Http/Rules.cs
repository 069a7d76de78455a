using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Planable.Platform.Http;

/// <summary>The framework's rule with our words. GlobalUsings.cs puts it, and those below, in the place of the framework's own.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
sealed class RequiredAttribute : System.ComponentModel.DataAnnotations.RequiredAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is null ? new(FieldWords.Missing)
        : value is string text && !AllowEmptyStrings && BlankText.Is(text) ? new(FieldWords.Blank)
        : ValidationResult.Success;
}

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
sealed class MinLengthAttribute : System.ComponentModel.DataAnnotations.MinLengthAttribute
{
    public MinLengthAttribute(int length) : base(length) =>
        ErrorMessage = length == 1 ? "Must not be empty." : $"Must have at least {length} items.";

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string text && BlankText.Is(text) ? new(FieldWords.Blank) : base.IsValid(value, validationContext);
}

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
sealed class MaxLengthAttribute : System.ComponentModel.DataAnnotations.MaxLengthAttribute
{
    public MaxLengthAttribute(int length) : base(length) => ErrorMessage = $"Must have at most {length} items.";
}

/// <summary>The range of a number; the largest value of the type means that there is no upper limit.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
sealed class RangeAttribute : System.ComponentModel.DataAnnotations.RangeAttribute
{
    public RangeAttribute(int minimum, int maximum) : base(minimum, maximum) =>
        ErrorMessage = Words("a whole number", maximum == int.MaxValue);

    public RangeAttribute(double minimum, double maximum) : base(minimum, maximum) =>
        ErrorMessage = Words("a number", maximum >= double.MaxValue);

    string Words(string number, bool isOpen) =>
        isOpen ? $"Must be {number}, {Minimum} or more." : $"Must be {number} from {Minimum} to {Maximum}.";
}

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
sealed class AllowedValuesAttribute : System.ComponentModel.DataAnnotations.AllowedValuesAttribute
{
    public AllowedValuesAttribute(params object?[] values) : base(values) => ErrorMessage = FieldWords.OneOf(values.OfType<string>());
}

/// <summary>The address of a web page or a file.</summary>
[AttributeUsage(AttributeTargets.Property)]
sealed class WebAddressAttribute() : ValidationAttribute(FieldWords.NoAddress)
{
    /// <summary>Whether a text without a scheme, such as <c>example.com</c>, is valid too.</summary>
    public bool IsSchemeOptional { get; init; }

    /// <remarks>A browser ignores some blanks and control characters, even inside the scheme.</remarks>
    public override bool IsValid(object? value) => value is not string text
        || (!text.Any(character => char.IsWhiteSpace(character) || char.IsControl(character))
            && ((Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", Host.Length: > 0 })
                || (IsSchemeOptional && IsHost(text.Split('/', '?', '#')[0]))));

    /// <summary>Whether a text is a host, which may have a port.</summary>
    static bool IsHost(string text) => text.Split(':') switch
    {
        [_] => true,
        [{ Length: > 0 }, var port] =>
            ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0,
        _ => false,
    };
}

/// <summary>What is said of a field: the same words for the same fault, in a body and in a query.</summary>
static class FieldWords
{
    public const string Missing = "Is required.", Blank = "Must not be blank.", Null = "Must not be null.",
        NoAddress = "Must be an http or https address, such as https://example.com.",
        NoText = "Must be valid Unicode text without the character U+0000.";

    public static string OneOf(IEnumerable<string> values) => $"Must be one of: {string.Join(", ", values)}.";

    /// <summary>What a value of another type is told.</summary>
    public static string Of(Type type) => Nullable.GetUnderlyingType(type) is { } value ? Of(value)
        : type == typeof(string) ? "Must be a string."
        : type == typeof(bool) ? "Must be true or false."
        : type == typeof(int) ? "Must be a whole number."
        : type == typeof(double) ? "Must be a number."
        : type == typeof(DateTimeOffset) ? Rfc3339.Words
        : type == typeof(OneOrMany) ? "Must be a string or an array of strings."
        : type.IsEnum ? OneOf(JsonNames.All(type))
        : typeof(System.Collections.IEnumerable).IsAssignableFrom(type) ? "Must be an array."
        : "Must be an object.";
}
