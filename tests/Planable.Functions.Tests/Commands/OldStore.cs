using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Planable.Company.Companies;
using Planable.Content.Media;
using Planable.Content.Posts;
using Planable.Networks.Metrics;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Commands;

/// <summary>A company as the code of version 0 left it, with work of each kind that was not done.</summary>
sealed class OldStore(TestCompany company)
{
    public const string Key = "a key", Uncommitted = "0123456789abcdef";

    public static readonly DateTimeOffset Past = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public TestCompany Company => company;

    public string Workspace => company.Workspaces[0].Key;

    /// <summary>A post that was made with <see cref="Key"/>.</summary>
    public string Made { get; private set; } = "";

    /// <summary>A post that is due, and one that is deleted and still has its comment.</summary>
    public Post Due { get; private set; } = null!;

    public string Deleted { get; private set; } = "";

    /// <summary>A group of two posts; the second is team-only.</summary>
    public Id[] Group { get; private set; } = [];

    public string Import { get; } = Ids.NewGroup(TimeProvider.System);

    public string Label { get; } = Ids.NewKey(TimeProvider.System);

    public Subject Page => Subject.Parse(company.PageIds[0])!.Value;

    /// <param name="app">Serves calls only, so that nothing is done meanwhile.</param>
    public static async Task<OldStore> MakeAsync(App app)
    {
        var store = new OldStore(await TestCompany.CreateAsync(app));
        await store.MakeAsync(app.Get<Tables>(), app.Get<QueueServiceClient>());
        return store;
    }

    async Task MakeAsync(Tables tables, QueueServiceClient queues)
    {
        var app = company.App;
        Made = (await company.Client.PostAsync("/posts", company.Post(), Key).CreatedAsync()).Ids("posts").Single();
        Deleted = (await company.MakeAsync()).Single();
        await company.CommentAsync(Deleted);
        await company.Client.DeleteAsync("/posts/" + Deleted).GoneAsync();
        Due = company.StoredPost("Due", Past) with { ScheduledAt = Past, ScheduledSet = true, Comments = 3 };
        await app.Get<PostCreation>().ImportAsync(Workspace, [Due], Past, default);
        await tables.Content.AddEntityAsync(MediaStore.Row(new()
        {
            Workspace = Workspace,
            Key = Ids.Member(Import, 0),
            Name = "a.png",
            CreatedAt = Past,
            Status = MediaStatus.processing,
            Source = "https://files.invalid/a.png",
            Due = Past,
        }));
        await tables.Metrics.AddEntityAsync(new TableEntity(Page.Partition, "commit").With(
            new SyncState("a run", Asked: true, Until: Past), MetricsStoredJson.Default.SyncState));
        await tables.Metrics.AddEntityAsync(
            new TableEntity("underway", Page.Partition) { ["Subject"] = Page.ToString(), ["At"] = Past });
        await tables.Companies.UpsertEntityAsync(CompanyStore.Row(company.Workspaces[0] with { Labels = null!, Pages = null! }));
        await tables.Content.AddEntityAsync(
            new TableEntity(Workspace, "label~" + Label).With(new OldLabel(Label, "Old", "fog"), Type<OldLabel>()));
        await OldPostsAsync(tables);
        var open = await OldRecordsAsync(tables);
        await OldTablesAsync(app.Get<TableServiceClient>(), tables);
        await OldQueueAsync(queues, open);
        await tables.Companies.DeleteEntityAsync("schema", "version", ETag.All);
    }

    /// <summary>
    /// Posts as one document each, and index rows with keys only. Those of the group do not say that the second is team-only, and share a
    /// public link.
    /// </summary>
    async Task OldPostsAsync(Tables tables)
    {
        var group = await company.MakeAsync(company.Group(company.PageIds));
        await company.Client.PatchAsync("/posts/" + group[1], new { teamOnly = true }).OkAsync();
        Group = [.. group.Select(text => IdKind.Post.TryParse(text, out var id) ? id : default)];
        foreach (var row in await tables.Content.RangeAsync(Workspace, "post~").ToListAsync())
        {
            var post = PostStore.Of(row).Post;
            var old = Array.Exists(Group, one => one.Key == post.Key) ? post with { TeamPages = null, Share = "a-secret" } : post;
            await tables.Content.UpsertEntityAsync(
                new TableEntity(Workspace, row.RowKey).With(old, PostStoredJson.Default.Post), TableUpdateMode.Replace);
            await tables.Content.AddEntityAsync(new TableEntity(Workspace, $"by-page~{post.Page}~{post.Key}"));
            await tables.Content.AddEntityAsync(new TableEntity(Workspace, $"by-campaign~none~{post.Key}~{post.Page}"));
            if (post.ScheduledAt is { } date)
            {
                await tables.Content.AddEntityAsync(new TableEntity(Workspace, $"by-date~{PostIndex.Ticks(date)}~{Ids.GroupOf(post.Key)}"));
            }
        }
        await tables.Content.DeleteAllAsync(Workspace, PostIndex.Prefix, default);
    }

    /// <summary>Records as rows <c>commit~</c>; returns the open one's.</summary>
    static async Task<TableEntity> OldRecordsAsync(Tables tables)
    {
        TableEntity? open = null;
        foreach (var table in new[] { tables.Companies, tables.Content, tables.Metrics })
        {
            foreach (var row in await table.RangeEverywhereAsync("outbox~", null, default).ToListAsync())
            {
                var old = new TableEntity(row.PartitionKey, row.RowKey.Replace("outbox", "commit", StringComparison.Ordinal));
                foreach (var (name, value) in row.Where(one => one.Key is "At" or "Open" or "Fingerprint" || Answers(one.Key)))
                {
                    old[name] = value;
                }
                var isOpen = row.GetBoolean("Open") is true;
                var subject = isOpen ? row.Read(WorkStoredJson.Default.DomainEventArray, "events").Single().Subject : "";
                Old[] followUps = isOpen ? [new("remove-comments", subject), new("remove-metrics", subject)] : [];
                await table.AddEntityAsync(old.With(followUps, Type<Old[]>(), "followUps"));
                await table.DeleteEntityAsync(row.PartitionKey, row.RowKey);
                open = isOpen ? old : open;
            }
        }
        return open!;
    }

    async Task OldTablesAsync(TableServiceClient service, Tables tables)
    {
        var (schedule, imports) = (service.GetTableClient("schedule"), service.GetTableClient("imports"));
        await Task.WhenAll(schedule.CreateAsync(), imports.CreateAsync());
        var group = Workspace + Due.Key[..Import.Length];
        await schedule.AddEntityAsync(new TableEntity("2026010203", "0405~" + group) { ["Laid"] = Past });
        await schedule.AddEntityAsync(new TableEntity("2099010203", $"0405~{group}~") { ["Laid"] = Past });
        await imports.AddEntityAsync(new TableEntity(Workspace, Import) { ["At"] = Past });
        await tables.Due.DeleteAsync();
    }

    async Task OldQueueAsync(QueueServiceClient queues, TableEntity open)
    {
        var old = queues.GetQueueClient("follow-ups");
        await old.CreateAsync();
        await old.SendMessageAsync($$$"""
            {"job":{"table":"content","partition":"{{{open.PartitionKey}}}","record":"{{{open.RowKey["commit~".Length..]}}}",
             "sent":"2026-01-02T03:04:05+00:00","followUps":[{"kind":"remove-comments","subject":"{{{Deleted}}}"},
             {"kind":"remove-metrics","subject":"{{{Deleted}}}"}]}}
            """);
        await old.SendMessageAsync($$$"""
            {"job":{"table":"content","partition":"{{{Workspace}}}","record":"{{{Uncommitted}}}","sent":"2026-01-02T03:04:05+00:00",
             "followUps":[{"kind":"free-slots","subject":"{{{company.Key}}}~a-group"},
             {"kind":"import-media","subject":"{{{Workspace}}}~an-import"}]}}
            """);
        await old.SendMessageAsync("no JSON");
        var publish = queues.GetQueueClient(Queues.PublishPosts);
        await publish.SendMessageAsync("""{"job":{"looks":[]}}""");
        await queues.GetQueueClient(Queues.Poison(Queues.Media)).SendMessageAsync(
            $$$"""{"job":{"workspace":"{{{Workspace}}}","own":"{{{Ids.Member(Import, 0)}}}"}}""");
        await queues.DeleteQueueAsync(Queues.Outbox);
    }

    static bool Answers(string property) => property.StartsWith("answer", StringComparison.Ordinal);

    static JsonTypeInfo<T> Type<T>() => (JsonTypeInfo<T>)JsonSerializerOptions.Web.GetTypeInfo(typeof(T));

    sealed record Old(string Kind, string Subject);

    sealed record OldLabel(string Own, string Text, string Color);
}
