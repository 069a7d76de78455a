using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Activity;
using Planable.Content.Campaigns;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Networks.Metrics;
using Planable.Networks.Publishing;
using Planable.Storage;
using Planable.Work;

namespace Planable.Cli;

/// <summary>
/// The demo company. It is written after everything in it, and its tokens after it: until there is a company the next start makes a new
/// one, and after that it finds it.
/// </summary>
sealed class DemoCompany(
    Tables tables, CompanyStore companies, PageStore pages, PostStore posts, PostCreation creation,
    AttemptStore attempts, SyncMetrics metrics,
    CompanyTokens tokens, TimeProvider time)
{
    const string Name = "Demo company", OwnerEmail = "olivia@example.com";

    /// <summary>Makes it if the storage is empty. Null if the storage has other companies only.</summary>
    public async Task<DemoFile?> FindOrMakeAsync(CancellationToken cancel)
    {
        if (await IsEmptyAsync(cancel))
        {
            await MakeAsync(cancel);
        }
        return await FindAsync(cancel);
    }

    async Task<bool> IsEmptyAsync(CancellationToken cancel) =>
        !await tables.Companies.RangeEverywhereAsync(CompanyStore.CompanyRow, ["RowKey"], cancel).AnyAsync(cancel);

    /// <summary>The demo company in this storage, with the tokens that it lacks; null if there is none.</summary>
    async Task<DemoFile?> FindAsync(CancellationToken cancel)
    {
        var company = await companies.AllAsync(cancel)
            .Where(one => one.Company.Name == Name).Select(one => one.Key).FirstOrDefaultAsync(cancel);
        if (company is null)
        {
            return null;
        }
        var users = (await companies.UsersAsync(company, cancel)).OrderBy(user => user.Role).ToArray();
        var (_, workspaces) = await companies.ReadAsync(company, cancel);
        List<DemoWorkspace> shown = [];
        foreach (var workspace in workspaces.OrderBy(one => one.Name, StringComparer.Ordinal))
        {
            shown.Add(new(workspace.Id, workspace.Name, [.. (await pages.ListAsync(workspace.Key, cancel))
                .Select(page => new DemoPage(IdKind.Page.Format(workspace.Key, page.Key), page.Platform))]));
        }
        if (Array.Find(users, user => user.Email == OwnerEmail) is not { } owner || shown is not [{ Pages: [_, ..] }, ..])
        {
            return null;
        }
        var listed = await tokens.ListAsync(company, cancel);
        var (write, read, restricted) = (
            await IssueAsync("Demo, write", Scope.Write, null), await IssueAsync("Demo, read", Scope.Read, null),
            await IssueAsync("Demo, first workspace only", Scope.Write, [shown[0].Id[IdKind.Workspace.Prefix.Length..]]));
        return write is null || read is null || restricted is null ? null : new("", "", IdKind.Company.Format(company),
            [.. users.Select(user => new DemoUser(user.Id(company), user.Email, user.Role))], shown, new(write, read, restricted));

        async Task<string?> IssueAsync(string name, Scope scope, string[]? opens)
        {
            if (Array.Find(listed, one => one.Name == name) is { } known && await tokens.TextAsync(known, cancel) is { } text)
            {
                await tokens.SettleAsync(company, known.Hash, cancel);
                return text;
            }
            var (token, _) = await tokens.CreateAsync(
                company, new(name, scope, opens, null), new(owner.Key, null), OperationId.Once(), cancel);
            return token is null ? null : await tokens.TextAsync(token, cancel);
        }
    }

    async Task MakeAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var company = Ids.NewCompanyKey();
        var workspaces = new[] { ("Acme Coffee", ApprovalType.OPTIONAL), ("Northwind Outdoors", ApprovalType.REQUIRED) }
            .Select(one => new Workspace(
                Ids.NewWorkspaceKey(company), one.Item1, "Europe/Bucharest", null,
                new() { Type = one.Item2, AutoSchedule = false, AutoLock = false }, false, false, now, now,
                [
                    new(Ids.NewKey(time), "Evergreen", LabelColor.PattensBlue), new(Ids.NewKey(time), "Launch", LabelColor.LimeFlurish),
                ], [])).ToArray();
        User[] users =
        [
            Person("Olivia Owner", Role.OWNER),
            Person("Adam Administrator", Role.ADMINISTRATOR),
            Person("Mia Member", Role.MEMBER, (workspaces[0], [Permission.VIEW, Permission.WRITE, Permission.APPROVE, Permission.PUBLISH]),
                (workspaces[1], [Permission.VIEW, Permission.WRITE])),
            Person("Max Member", Role.MEMBER, (workspaces[1], [Permission.VIEW, Permission.WRITE, Permission.PUBLISH])),
            Person("Clara Client", Role.CLIENT, (workspaces[0], [Permission.VIEW, Permission.APPROVE])),
        ];
        foreach (var (index, workspace) in workspaces.Index().ToArray())
        {
            var channels = Platforms.All.Reverse().Select(platform => new Page(
                Ids.NewKey(time), $"{workspace.Name} on {platform}", platform, Platforms.Sandbox, true, null,
                $"https://example.com/{platform}", now)).Reverse().ToArray();
            workspaces[index] = workspace with { Pages = [.. channels.Select(page => page.Key)] };
            await pages.AddAsync(workspace.Key, channels, cancel);
            await FillAsync(workspace, channels, users[0], now, cancel);
            await MeasureAsync(workspace, channels, cancel);
        }
        await companies.CreateAsync(company, new(Name, Plan.Enterprise, null, now), users, workspaces, cancel);

        User Person(string name, Role role, params (Workspace Workspace, Permission[] Permissions)[] access) => new(
            Ids.NewKey(time), name, name.Split(' ')[0].ToLowerInvariant() + "@example.com", role,
            access.ToDictionary(one => one.Workspace.Key, one => one.Permissions), null, now);
    }

    /// <summary>Adds a campaign, and a post in every state.</summary>
    async Task FillAsync(Workspace workspace, Page[] channels, User author, DateTimeOffset now, CancellationToken cancel)
    {
        var (evergreen, launch) = (workspace.Labels[0], workspace.Labels[1]);
        var campaign = Ids.NewKey(time);
        await tables.Content.AddEntityAsync(
            new TableEntity(workspace.Key, Campaign.Prefix + campaign).With(
                new(campaign, "Autumn launch")
                {
                    Status = CampaignStatus.active,
                    Icon = CampaignIcon.leaf,
                    StartedAt = now,
                    CreatedAt = now,
                },
                CampaignStoredJson.Default.Campaign),
            cancel);
        var soon = now.AddDays(3);
        var earlier = Ids.NewKey(time);
        Post[] published =
        [
            Published(0, "We are opening early all week. Come by for the first cup.", 2),
            Published(3, "Two years of roasting in this street. Thank you!", 9),
            Published(2, "Cold brew is back.", 16),
        ];
        var failure = FailureTexts.Of(FailureCode.NOT_VALID, "Instagram requires media.");
        var failed = Dated(1, "Behind the counter: how we roast.", 1) with { Delivery = Delivery.Failed };
        failed = failed with { Publishing = new() { Attempt = Ids.NewKey(time), Attempts = 1, Failure = failure } };
        await creation.ImportAsync(workspace.Key,
        [
            .. published, failed,
            Post(2, "Last year's menu.") with { Archived = true },
            Post(3, "We are hiring a barista.") with { ScheduledAt = soon, ScheduledSet = true, Campaign = campaign, Labels = [launch] },
            Post(6, "Something new is brewing…") with { ScheduledAt = soon.AddDays(1), Campaign = campaign, Labels = [launch, evergreen] },
            Post(9, "Ideas for the holidays") with { TeamOnly = true, Labels = [evergreen] },
        ], now, cancel);
        var first = published[0];
        await attempts.ImportAsync(workspace.Key,
        [
            // The first attempt failed.
            (first, Attempt(earlier, first.ScheduledAt!.Value) with
            {
                State = AttemptState.FAILED, Failure = FailureTexts.Of(FailureCode.UNREACHABLE), RetryAt = first.Publishing!.PublishedAt,
            }, null),
            .. published.Select(post => (post, Attempt(post.Publishing!.Attempt!, post.Publishing.PublishedAt!.Value) with
            {
                State = AttemptState.PUBLISHED, RemoteId = "1", Link = post.PublishedLink,
            }, (PostAction?)PostAction.PUBLISHED)),
            (failed, Attempt(failed.Publishing.Attempt, failed.ScheduledAt!.Value) with
            {
                State = AttemptState.FAILED, Failure = failure,
            }, PostAction.PUBLISH_FAILED),
        ], cancel);

        Post Published(int page, string text, int daysAgo) => Dated(page, text, daysAgo) with
        {
            Delivery = Delivery.Published,
            PublishedLink = $"https://example.com/{channels[page].Platform}/1",
            Publishing = new() { Attempt = Ids.NewKey(time), Attempts = 1, PublishedAt = now.AddDays(-daysAgo).AddMinutes(1) },
        };

        Post Dated(int page, string text, int daysAgo) =>
            Post(page, text) with { ScheduledAt = now.AddDays(-daysAgo), ScheduledSet = true };

        static PublishAttempt Attempt(string key, DateTimeOffset at) =>
            new() { Key = key, StartedAt = at, SentAt = at, EndedAt = at.AddSeconds(1) };

        Post Post(int page, string text) => new()
        {
            Workspace = workspace.Key,
            Key = Ids.NewKey(time),
            Page = channels[page].Key,
            Platform = channels[page].Platform,
            Text = text,
            Creator = author.Key,
            CreatedAt = now,
            ModifiedAt = now,
        };
    }

    /// <summary>Syncs 90 days of metrics for every page, and the metrics of published posts.</summary>
    async Task MeasureAsync(Workspace workspace, Page[] channels, CancellationToken cancel)
    {
        var all = await posts.RangeAsync(workspace.Key, cancel: cancel).Select(one => one.Post).ToListAsync(cancel);
        var published = all.Where(post => post.Delivery is Delivery.Published && Analytics.HasPosts(post.Platform)).Select(post => post.Id);
        var measured = channels.Where(page => Analytics.HasPages(page.Platform))
            .Select(page => IdKind.Page.Format(workspace.Key, page.Key));
        foreach (var subject in measured.Concat(published))
        {
            await metrics.RunAsync(new SyncJob(subject, time.GetUtcNow()), cancel);
        }
    }
}
