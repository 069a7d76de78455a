using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Content.Pages;
using Planable.Storage;

namespace Planable.Cli;

/// <summary>
/// The upgrade from version 1, in which labels were rows <c>label~</c>key of table content, and a workspace's row did not have the keys of
/// its pages.
/// </summary>
sealed class UpgradeFrom1(Tables tables, PageStore pages) : IUpgrade
{
    const string Prefix = "label~";

    public int From => 1;

    public async Task<IReadOnlyList<string>> RunAsync(Action<string?> show, CancellationToken cancel)
    {
        show("Upgrading from version 1: labels and pages");
        var count = 0;
        await foreach (var row in tables.Companies.RangeEverywhereAsync(CompanyStore.WorkspacePrefix, null, cancel))
        {
            if (CompanyStore.IsWorkspace(row))
            {
                count += await MoveAsync(row.Read(CompanyStoredJson.Default.Workspace), cancel);
            }
        }
        return [$"{count} labels and the keys of all pages are in the rows of their workspaces now."];
    }

    /// <summary>Labels that are in the workspace's row already are kept, because an interrupted upgrade is repeated.</summary>
    async Task<int> MoveAsync(Workspace workspace, CancellationToken cancel)
    {
        var rows = await tables.Content.RangeAsync(workspace.Key, Prefix, cancel: cancel).ToListAsync(cancel);
        var keys = (await pages.ListAsync(workspace.Key, cancel)).Select(page => page.Key).ToArray();
        await tables.Companies.UpdateEntityAsync(
            CompanyStore.Row(workspace with
            {
                Labels =
                [
                    .. rows.Select(row => row.Read(OldLabelJson.Default.Label)).UnionBy(workspace.Labels ?? [], label => label.Key)
                        .OrderBy(label => label.Key, StringComparer.Ordinal),
                ],
                Pages = keys,
            }), ETag.All, TableUpdateMode.Replace, cancel);
        await tables.Content.DeleteAllAsync(workspace.Key, Prefix, cancel);
        return rows.Count;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Label))]
sealed partial class OldLabelJson : JsonSerializerContext;
