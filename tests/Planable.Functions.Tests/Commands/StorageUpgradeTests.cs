using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using Planable.Company.Companies;
using Planable.Content.Media;
using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Tokens;
using Planable.Networks.Metrics;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Commands;

/// <summary>The way from version 0, on a storage as the code of then wrote it.</summary>
public sealed class StorageUpgradeTests : OwnStorageGround
{
    static readonly UpgradePace AtOnce = new() { Delay = TimeSpan.Zero, Lock = TimeSpan.FromSeconds(1) };

    Tables Tables => App.Get<Tables>();

    private protected override App Start() => App.Start(ConnectionString, null, App.CallsOnly);

    [Fact]
    public async Task What_version_0_promised_is_kept_and_a_second_upgrade_changes_nothing()
    {
        var old = await OldStore.MakeAsync(App);

        var said = (await Command().RunAsync("storage", "upgrade")).Done().Out;
        await UpgradedAsync(old);

        Assert.Contains("2 due entries of posts, 1 of imports and 1 of syncs", said, StringComparison.Ordinal);
        Assert.Contains("1 labels and the keys of all pages are in the rows of their workspaces now.", said, StringComparison.Ordinal);
        Assert.Contains("4 posts have copies in the index rows of their lists now.", said, StringComparison.Ordinal);
        Assert.Contains(
            "3 messages were moved from follow-ups to outbox, 1 from poison queues back to their queues, and 1 were sent again.",
            said, StringComparison.Ordinal);
        Assert.EndsWith("The storage has version 3 now.", said.TrimEnd(), StringComparison.Ordinal);
        var before = await StoredAsync(ConnectionString);
        Assert.Equal(
            "The storage has version 3. There is nothing to do.", (await Command().RunAsync("storage", "upgrade")).Done().Out.TrimEnd());
        Assert.Equal(before, await StoredAsync(ConnectionString));

        await WorksAsync(old);
    }

    [Fact]
    public async Task An_upgrade_that_is_killed_after_any_write_ends_right_when_it_is_run_again()
    {
        var old = await OldStore.MakeAsync(App);
        var kills = 0;
        for (; ; kills++)
        {
            var instant = new Instant();
            instant.DieAfter(kills);
            try
            {
                (await Command(instant).RunAsync("storage", "upgrade")).Done();
                break;
            }
            catch (Instant.DeadException)
            {
                Assert.NotEqual(StorageSchema.Version, await App.Get<StorageSchema>().FindAsync(Cancel));
                // Messages that it held are seen again.
                await Task.Delay(AtOnce.Lock * 1.1, Cancel);
            }
        }

        Assert.True(kills > 10, $"{kills}");
        await UpgradedAsync(old);
        await WorksAsync(old);
    }

    [Fact]
    public async Task An_empty_storage_gets_the_version_from_an_upgrade_or_from_its_first_company()
    {
        Assert.Null(await App.Get<StorageSchema>().FindAsync(Cancel));
        (await Command().RunAsync("company", "list")).Done();
        Assert.Null(await App.Get<StorageSchema>().FindAsync(Cancel));

        var made = await Command().CreateAsync();

        Assert.Equal(StorageSchema.Version, await App.Get<StorageSchema>().FindAsync(Cancel));
        await Tables.Companies.DeleteAllAsync(made.Key, "", Cancel);
        await Tables.Companies.DeleteAllAsync("schema", "", Cancel);
        Assert.Equal(StorageSchema.Version, (await Command().JsonAsync("storage", "upgrade")).Number("version"));
        Assert.Equal(StorageSchema.Version, await App.Get<StorageSchema>().FindAsync(Cancel));
    }

    /// <summary>Everything in the tables, and its ETags.</summary>
    internal static async Task<string> StoredAsync(string storage)
    {
        var service = new TableServiceClient(storage);
        var tables = await service.QueryAsync(cancellationToken: Cancel).Select(table => table.Name).ToListAsync(Cancel);
        var rows = await tables.ToAsyncEnumerable()
            .SelectMany(table => service.GetTableClient(table).QueryAsync<TableEntity>(cancellationToken: Cancel)
                .Select(row => $"{table} {row.PartitionKey} {row.RowKey} {row.ETag}")).ToListAsync(Cancel);
        return string.Join('\n', tables.Concat(rows).Order(StringComparer.Ordinal));
    }

    Operator Command(HttpPipelinePolicy? between = null) =>
        new(ConnectionString, null, between) { Services = services => services.AddSingleton(AtOnce) };

    async Task UpgradedAsync(OldStore old)
    {
        Assert.Equal(StorageSchema.Version, await App.Get<StorageSchema>().FindAsync(Cancel));
        var due = await Tables.Due.RangeEverywhereAsync("", null, Cancel).ToListAsync(Cancel);
        var group = PostSchedule.NewForPosts(App.Get<DueIndex>(), old.Workspace, old.Due.Key, OldStore.Past);
        DueEntry[] entries =
        [
            App.Get<DueIndex>().New(ImportDispatcher.Kind, old.Workspace + old.Import, OldStore.Past),
            App.Get<DueIndex>().New(SyncRequests.Kind, old.Page.ToString(), OldStore.Past),
            // Posts' entries are moved as they are; version 0 had one partition an hour.
            group with { Partition = "2026010203" }, group with { Partition = "2099010203", Row = group.Row + DueIndex.Moved },
        ];
        Assert.Equal(
            entries.Select(one => (one.Partition, one.Row)).ToHashSet(), due.Select(row => (row.PartitionKey, row.RowKey)).ToHashSet());
        Assert.All(due.Where(row => !row.RowKey.Contains("~sync~", StringComparison.Ordinal)),
            row => Assert.Equal(OldStore.Past, row.GetDateTimeOffset("Added")));
        foreach (var table in new[] { Tables.Companies, Tables.Content, Tables.Metrics })
        {
            Assert.Empty(await table.RangeEverywhereAsync("commit", null, Cancel).ToListAsync(Cancel));
        }
        Assert.Equal("a run", (await App.Get<MetricsStore>().StateAsync(old.Page, Cancel)).Run);
        Assert.Empty(await Tables.Metrics.RangeAsync("underway", "", cancel: Cancel).ToListAsync(Cancel));

        var workspace = (await App.Get<CompanyStore>().FindWorkspaceAsync(old.Workspace, Cancel))!;
        Assert.Equal([new Label(old.Label, "Old", LabelColor.Fog)], workspace.Labels);
        Assert.Equal(old.Company.PageIds.Order(), workspace.Pages.Select(page => IdKind.Page.Format(old.Workspace, page)).Order());
        Assert.Empty(await Tables.Content.RangeAsync(old.Workspace, "label~", cancel: Cancel).ToListAsync(Cancel));

        var posts = await Task.WhenAll(old.Group.Select(id => App.Get<PostStore>().FindAsync(id, Cancel)));
        Assert.Equal(["a-secret", null], posts.Select(post => post!.Share));
        Assert.All(posts, post => Assert.Equal([posts[1]!.Page], post!.TeamPages!));
        Assert.Equal(3, (await App.Get<PostStore>().FindAsync(new(old.Workspace, old.Due.Key), Cancel))!.Comments);
        Assert.Empty(await old.Company.CheckAsync());
        Assert.Empty(await Tables.Content.RangeAsync(old.Workspace, "by-", cancel: Cancel).ToListAsync(Cancel));

        var queues = App.Get<QueueServiceClient>();
        var messages = (await queues.GetQueueClient(Queues.Outbox).PeekMessagesAsync(32, Cancel)).Value
            .Select(message => message.Body.ToString()).ToHashSet(StringComparer.Ordinal);
        Assert.Contains(messages, text => text == "no JSON");
        Assert.Contains(messages, text => text.Contains(OldStore.Uncommitted, StringComparison.Ordinal)
            && text.Contains($$"""{"name":"free-slots-taken","subject":"{{old.Company.Key}}~a-group"}""", StringComparison.Ordinal)
            && text.Contains($$"""{"name":"media-imported","subject":"{{old.Workspace}}an-import"}""", StringComparison.Ordinal));
        Assert.Contains(messages, text =>
            text.Contains($$""""events":[{"name":"post-deleted","subject":"{{old.Deleted}}"}]"""", StringComparison.Ordinal));
        Assert.Null((await queues.GetQueueClient(Queues.PublishPosts).PeekMessageAsync(Cancel)).Value);
        Assert.NotNull((await queues.GetQueueClient(Queues.Media).PeekMessageAsync(Cancel)).Value);
        Assert.Null((await queues.GetQueueClient("follow-ups").PeekMessageAsync(Cancel)).Value);
    }

    /// <summary>An app does on it what was left undone, and knows what was answered.</summary>
    async Task WorksAsync(OldStore old)
    {
        await using var app = App.Start(ConnectionString);
        using var repeated = await app.As(old.Company.Token).PostAsync("/posts", old.Company.Post(), OldStore.Key);
        Assert.Equal(old.Made, (await Task.FromResult(repeated).CreatedAsync()).Ids("posts").Single());
        Assert.Equal(["true"], repeated.Headers.GetValues("Idempotent-Replayed"));

        await app.Get<ProcessDue>().RunAsync(Cancel);
        var posts = app.Get<PostStore>();
        await Eventually.TrueAsync(
            async () => (await posts.FindAsync(new(old.Workspace, old.Due.Key), Cancel))!.Delivery is Delivery.Published, "published");
        await Eventually.TrueAsync(
            async () => !await Tables.Content.RangeAsync(old.Workspace, "comment~", cancel: Cancel).AnyAsync(Cancel), "comments removed");
        await Eventually.TrueAsync(
            async () => !await Tables.Content.RangeAsync(old.Workspace, Outbox.Prefix, cancel: Cancel)
                .AnyAsync(row => row.GetBoolean("Open") is true, Cancel), "closed");
    }
}
