using System.Text.Json.Serialization;
using Planable.Platform.Http;

namespace Planable.Company.Companies;

/// <summary>A label as stored.</summary>
public sealed record Label([property: JsonPropertyName("own")] string Key, string Text, LabelColor Color);

/// <summary>The colour of a label.</summary>
[JsonConverter(typeof(LabelColorConverter))]
public enum LabelColor
{
    [JsonStringEnumMemberName("pattens-blue")] PattensBlue,
    [JsonStringEnumMemberName("feta")] Feta,
    [JsonStringEnumMemberName("pink-lace")] PinkLace,
    [JsonStringEnumMemberName("pippin")] Pippin,
    [JsonStringEnumMemberName("peach-cream")] PeachCream,
    [JsonStringEnumMemberName("fog")] Fog,
    [JsonStringEnumMemberName("half-and-half")] HalfAndHalf,
    [JsonStringEnumMemberName("lime-flurish")] LimeFlurish,
    [JsonStringEnumMemberName("snowy-mint")] SnowyMint,
    [JsonStringEnumMemberName("blue-chalk")] BlueChalk,
    [JsonStringEnumMemberName("mabel")] Mabel,
    [JsonStringEnumMemberName("silver-sand")] SilverSand,
}

public sealed class LabelColorConverter : NameConverter<LabelColor>;
