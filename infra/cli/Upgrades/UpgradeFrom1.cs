using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Cli;

/// <summary>
/// The upgrade from version 1. Its labels were rows <c>label~</c>key of table content. A workspace's row did not have the keys of its
/// pages, and could have a time zone that only some machines know. The bytes of files were not counted. Posts and index rows did not say
/// which posts of a group are team-only, and these could share the public link of the others.
/// </summary>
sealed class UpgradeFrom1(Tables tables, PageStore pages) : IUpgrade
{
    const string Labels = "label~", Posts = "post~";

    public int From => 1;

    public async Task<IReadOnlyList<string>> RunAsync(Action<string?> show, CancellationToken cancel)
    {
        var (workspaces, labels, groups) = (0, 0, 0);
        await foreach (var row in tables.Companies.RangeEverywhereAsync(CompanyStore.WorkspacePrefix, null, cancel))
        {
            if (CompanyStore.IsWorkspace(row))
            {
                show($"Upgrading from version 1: {++workspaces} workspaces");
                var workspace = row.Read(CompanyStoredJson.Default.Workspace);
                labels += await MoveAsync(workspace, cancel);
                await CountBytesAsync(workspace.Key, cancel);
                groups += await MarkAsync(workspace.Key, cancel);
            }
        }
        return
        [
            $"{labels} labels and the keys of all pages are in the rows of their workspaces now.",
            $"{groups} groups of posts say which of their posts are team-only.",
        ];
    }

    /// <summary>Labels that are in the workspace's row already are kept, because an interrupted upgrade is repeated.</summary>
    async Task<int> MoveAsync(Workspace workspace, CancellationToken cancel)
    {
        var rows = await tables.Content.RangeAsync(workspace.Key, Labels, cancel: cancel).ToListAsync(cancel);
        var keys = (await pages.ListAsync(workspace.Key, cancel)).Select(page => page.Key).ToArray();
        await tables.Companies.UpdateEntityAsync(
            CompanyStore.Row(workspace with
            {
                Timezone = TimeZones.Canonical(workspace.Timezone) ?? TimeZones.Canonical("UTC")!,
                Labels =
                [
                    .. rows.Select(row => row.Read(OldLabelJson.Default.Label)).UnionBy(workspace.Labels ?? [], label => label.Key)
                        .OrderBy(label => label.Key, StringComparer.Ordinal),
                ],
                Pages = keys,
            }), ETag.All, TableUpdateMode.Replace, cancel);
        await tables.Content.DeleteAllAsync(workspace.Key, Labels, cancel);
        return rows.Count;
    }

    async Task CountBytesAsync(string workspace, CancellationToken cancel)
    {
        var bytes = await tables.Content.RangeAsync(workspace, MediaStore.Files, cancel: cancel)
            .Select(row => row.Read(MediaStoredJson.Default.StoredFile).Size).SumAsync(cancel);
        await tables.Content.UpsertEntityAsync(FileBytes.Row(workspace, bytes), TableUpdateMode.Replace, cancel);
    }

    async Task<int> MarkAsync(string workspace, CancellationToken cancel)
    {
        var count = 0;
        List<Stored<Post>> group = [];
        await foreach (var row in tables.Content.RangeAsync(workspace, Posts, cancel: cancel))
        {
            var post = row.ReadStored(PostStoredJson.Default.Post);
            if (group is [var first, ..] && Ids.GroupOf(first.Value.Key) != Ids.GroupOf(post.Value.Key))
            {
                await MarkAsync(group, cancel);
                group.Clear();
            }
            count += group.Count == 0 ? 1 : 0;
            group.Add(post);
        }
        await MarkAsync(group, cancel);
        return count;
    }

    /// <summary>Marks a group. The upgrade from version 2 makes its index rows.</summary>
    async Task MarkAsync(List<Stored<Post>> group, CancellationToken cancel)
    {
        if (group.Count == 0)
        {
            return;
        }
        string[] hidden = [.. group.Where(one => one.Value.TeamOnly).Select(one => one.Value.Page)];
        var open = group.Where(one => !one.Value.TeamOnly).Select(one => one.Value.Share).ToHashSet();
        await tables.Content.SubmitTransactionAsync(group.Select(one => new TableTransactionAction(
            TableTransactionActionType.UpdateReplace,
            new TableEntity(one.Value.Workspace, Posts + one.Value.Key).With(
                one.Value with
                {
                    TeamPages = hidden is [] || one.Value.GroupPages is null ? null : hidden,
                    Share = one.Value.TeamOnly && open.Contains(one.Value.Share) ? null : one.Value.Share,
                },
                PostStoredJson.Default.Post),
            one.ETag)), cancel);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Label))]
sealed partial class OldLabelJson : JsonSerializerContext;
