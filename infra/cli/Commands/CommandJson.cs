using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using Planable.Operate;
using Planable.Platform.Http;

namespace Planable.Cli;

/// <summary>The JSON that commands print: camelCase, every field always present, dates in UTC.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(FailureDocument))]
[JsonSerializable(typeof(CompanyShown))]
[JsonSerializable(typeof(Items<CompanyListed>))]
[JsonSerializable(typeof(WorkspaceShown))]
[JsonSerializable(typeof(PersonShown))]
[JsonSerializable(typeof(PersonInvited))]
[JsonSerializable(typeof(Items<PersonShown>))]
[JsonSerializable(typeof(PageShown))]
[JsonSerializable(typeof(Items<PageShown>))]
[JsonSerializable(typeof(StoredApp))]
[JsonSerializable(typeof(TokenShown))]
[JsonSerializable(typeof(TokenIssued))]
[JsonSerializable(typeof(Items<TokenShown>))]
[JsonSerializable(typeof(StorageReport))]
[JsonSerializable(typeof(UpgradeReport))]
sealed partial class CommandJson : JsonSerializerContext
{
    // This is not part of an HTML page, so text need not be escaped for HTML.
    public static CommandJson Shown =>
        field ??= new(new(Default.Options) { TypeInfoResolver = null, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

/// <summary>Tables as text.</summary>
static class Columns
{
    public static string Of(string nothing, string[] head, IEnumerable<string[]> rows)
    {
        string[][] all = [head, .. rows];
        if (all.Length == 1)
        {
            return nothing;
        }
        var widths = head.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        return string.Join('\n', all.Select(row =>
            string.Join("  ", row.Select((text, column) => text.PadRight(widths[column]))).TrimEnd()));
    }
}
