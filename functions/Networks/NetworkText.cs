namespace Planable.Networks;

/// <summary>Compares texts as networks give them back.</summary>
static class NetworkText
{
    /// <summary>The words of a text with one blank between them: networks change white space.</summary>
    public static string Words(string? text) => string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Whether two texts differ at most in white space. None is the same as an empty one.</summary>
    public static bool IsSame(string? one, string? other) => Words(one) == Words(other);
}
