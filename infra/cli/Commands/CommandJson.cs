using System.Text.Encodings.Web;
using System.Text.Json.Serialization;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Company.Labels;
using Planable.Company.Members;
using Planable.Company.People;
using Planable.Company.RateLimits;
using Planable.Company.SignIn;
using Planable.Company.Tokens;
using Planable.Company.Usage;
using Planable.Company.Workspaces;
using Planable.Content.Activity;
using Planable.Content.Campaigns;
using Planable.Content.Media;
using Planable.Content.NetworkRules;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Content.Stories;
using Planable.Networks;
using Planable.Networks.Metrics;
using Planable.Networks.Publishing;
using Planable.Networks.Sandbox;
using Planable.Operate;
using Planable.Platform;
using Planable.Platform.Hosting;
using Planable.Platform.Http;
using Planable.Platform.Secrets;
using Planable.Platform.Telemetry;
using Planable.Settings;
using Planable.Storage;
using Planable.Work;

namespace Planable.Cli;

/// <summary>What commands say to programs: camelCase, every field always there, dates in UTC.</summary>
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
[JsonSerializable(typeof(TokenShown))]
[JsonSerializable(typeof(TokenIssued))]
[JsonSerializable(typeof(Items<TokenShown>))]
[JsonSerializable(typeof(StorageReport))]
sealed partial class CommandJson : JsonSerializerContext
{
    // No part of a page, so text need not be escaped for HTML.
    public static CommandJson Shown =>
        field ??= new(new(Default.Options) { TypeInfoResolver = null, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

/// <summary>Text for people.</summary>
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
