using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Planable.Platform;

/// <summary>Texts that show nothing.</summary>
static class BlankText
{
    /// <summary>
    /// The characters that show nothing and are neither white space nor controls: Unicode's Default_Ignorable_Code_Point, the interlinear
    /// marks and the blank of braille.
    /// </summary>
    static readonly (int First, int Last)[] Invisible =
    [
        (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
        (0x202A, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0),
        (0xFFF0, 0xFFFB), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ];

    public static bool Is([NotNullWhen(false)] string? text) => text is null || text.EnumerateRunes().All(ShowsNothing);

    static bool ShowsNothing(Rune rune) => Rune.IsWhiteSpace(rune) || Rune.IsControl(rune)
        || Array.Exists(Invisible, range => rune.Value >= range.First && rune.Value <= range.Last);
}
