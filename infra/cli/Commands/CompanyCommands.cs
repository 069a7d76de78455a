using System.CommandLine;
using System.Globalization;
using Planable.Company.Companies;
using Planable.Company.People;
using Planable.Company.Tokens;
using Planable.Company.Workspaces;
using Planable.Content.Posts;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;

namespace Planable.Cli;

static class CompanyCommands
{
    static readonly Argument<Id> Subject = Take.Id("company", IdKind.Company, "The company.");
    static readonly Argument<Id> Workspace = Take.Id("workspace", IdKind.Workspace, "The workspace.");
    static readonly Option<string> Name = Take.Text("--name", "The company's name.", true, Take.Characters(2, 80));
    static readonly Option<string> OwnerName =
        Take.Text("--owner-name", "The name of the company's first Owner.", true, Take.Characters(1, 80));
    static readonly Option<string> OwnerEmail =
        Take.Text("--owner-email", "The first Owner's e-mail address.", true, NewPerson.CheckEmail);
    static readonly Option<Plan?> PlanOption = Take.Choice(
        "--plan", "The company's plan. A new company is on Free by default", false,
        [.. Take.All<Plan>().Select(one => (one.Item1, (Plan?)one.Item2))]);
    static readonly Option<string> Limit = Take.Text(
        "--workspaces-limit", "The most workspaces that the company may have. none means no limit.", false,
        text => TryLimit(text, out _) ? null : "Must be a whole number above 0, or none.");
    static readonly Option<string> WorkspaceName = Take.Text(
        "--workspace", "The name of the first workspace. The default is the company's name.", false, Take.Characters(2, 80));
    static readonly Option<string> Timezone = Take.Text(
        "--timezone", "The first workspace's time zone, such as Europe/Bucharest. The default is UTC.", false, CheckTimezone);
    static readonly Option<string> Analytics =
        Take.Choice("--analytics", "Whether the workspace has metrics", true, ("on", "on"), ("off", "off"));

    public static Command Noun() => new("company", "Create and change companies.")
    {
        new Verb("create", "Create a company with its first Owner and its first workspace, and print their ids.",
            "planable company create --name 'Acme Coffee' --owner-name 'Ada Owner' --owner-email ada@example.com --plan Pro",
            CreateAsync, Name, OwnerName, OwnerEmail, PlanOption, Limit, WorkspaceName, Timezone),
        new Verb("set", "Change a company's plan or its limit of workspaces. A lower plan or limit deletes nothing that the company has.",
            "planable company set cmp_wpdyety5 --plan Enterprise --workspaces-limit none", SetAsync, Subject, PlanOption, Limit),
        new Verb("add-on", "Turn a workspace's add-on on or off.",
            "planable company add-on wks_wpdyety5tgkwd6 --analytics on", AddOnAsync, Workspace, Analytics),
        new Verb("show", "Show a company, its workspaces and its Owners.",
            "planable company show cmp_wpdyety5", call => ShowAsync(call, call.Of(Subject).Partition), Subject),
        new Verb("list", "List all companies. The command reads the whole table of companies.", "planable company list", ListAsync),
    };

    static async Task<Outcome<Answer>> CreateAsync(Call call)
    {
        var (time, key) = (call.Get<TimeProvider>(), Ids.NewCompanyKey());
        var now = time.GetUtcNow();
        var owner = new User(
            Ids.NewKey(time), call.Of(OwnerName)!, call.Of(OwnerEmail)!, Role.OWNER, new Dictionary<string, Permission[]>(), null, now);
        var workspace = new Workspace(
            Ids.NewWorkspaceKey(key), call.Of(WorkspaceName) ?? call.Of(Name)!, TimeZones.Canonical(call.Of(Timezone) ?? "UTC")!, null,
            new() { Type = ApprovalType.NONE, AutoSchedule = false, AutoLock = false },
            DefaultTeamOnlyPosts: false, HideEmailsFromClients: false, now, now, Labels: [], Pages: []);
        TryLimit(call.Of(Limit), out var limit);
        var company = new CompanyProfile(call.Of(Name)!, call.Of(PlanOption) ?? Plan.Free, limit, now);
        await call.Get<CompanyStore>().CreateAsync(key, company, [owner], [workspace], call.Cancel);
        return await ShowAsync(call, key);
    }

    static async Task<Outcome<Answer>> SetAsync(Call call)
    {
        if (!call.Has(PlanOption) && !call.Has(Limit))
        {
            return Problems.Malformed("Nothing to change: give --plan, --workspaces-limit or both.");
        }
        TryLimit(call.Of(Limit), out var limit);
        var changed = await call.Get<CompanyStore>().ChangeAsync(call.Of(Subject).Partition, known => known with
        {
            Plan = call.Of(PlanOption) ?? known.Plan,
            WorkspaceLimit = call.Has(Limit) ? limit : known.WorkspaceLimit,
        }, call.Cancel);
        return changed is null ? Problems.NotFound("company", "<company>") : await ShowAsync(call, call.Of(Subject).Partition);
    }

    static async Task<Outcome<Answer>> AddOnAsync(Call call)
    {
        var (workspace, problem) = await call.Get<WorkspaceStore>()
            .SetAnalyticsAsync(call.Of(Workspace).Partition, call.Of(Analytics) is "on", call.Cancel);
        return problem is not null ? problem.At("<workspace>") : Answer.Of(
            WorkspaceShown.Of(workspace!), CommandJson.Shown.WorkspaceShown,
            $"{workspace!.Id} {workspace.Name}: analytics {OnOff(workspace.Analytics)}");
    }

    static async Task<Outcome<Answer>> ShowAsync(Call call, string key)
    {
        var store = call.Get<CompanyStore>();
        var (profile, workspaces) = await store.ReadAsync(key, call.Cancel);
        if (profile is null)
        {
            return Problems.NotFound("company", "<company>");
        }
        var company = profile.Value;
        var users = await store.UsersAsync(key, call.Cancel);
        var tokens = await call.Get<CompanyTokens>().ListAsync(key, call.Cancel);
        var shown = new CompanyShown(
            IdKind.Company.Format(key), company.Name, company.Plan, company.WorkspaceLimit, company.CreatedAt,
            [.. workspaces.OrderBy(one => one.CreatedAt).Select(WorkspaceShown.Of)],
            [.. users.Where(user => user.Role is Role.OWNER).Select(user => PersonShown.Of(key, user))], users.Count, tokens.Length);
        return Answer.Of(shown, CommandJson.Shown.CompanyShown, string.Join('\n',
        [
            $"company    {shown.Id}  {shown.Name}, plan {shown.Plan}, {LimitOf(shown)}",
            .. shown.Workspaces.Select(one => $"workspace  {one.Id}  {one.Name}, {one.Timezone}, analytics {OnOff(one.Analytics)}"),
            .. shown.Owners.Select(one => $"owner      {one.Id}  {one.Name} <{one.Email}>"),
            $"people     {shown.People}",
            $"tokens     {shown.Tokens}",
        ]));
    }

    static async Task<Outcome<Answer>> ListAsync(Call call)
    {
        var all = await call.Get<CompanyStore>().AllAsync(call.Cancel)
            .Select(one => new CompanyListed(
                IdKind.Company.Format(one.Key), one.Company.Name, one.Company.Plan, one.Company.WorkspaceLimit, one.Company.CreatedAt))
            .ToListAsync(call.Cancel);
        return Answer.Of(new Items<CompanyListed>(all), CommandJson.Shown.ItemsCompanyListed, Columns.Of(
            "There are no companies.", ["ID", "NAME", "PLAN", "CREATED"],
            all.Select(one => new[] { one.Id, one.Name, $"{one.Plan}", $"{one.CreatedAt:yyyy-MM-dd}" })));
    }

    static string LimitOf(CompanyShown shown) => shown.WorkspacesLimit is { } limit
        ? string.Create(CultureInfo.InvariantCulture, $"at most {limit} workspaces") : "no limit of workspaces";

    static bool TryLimit(string? text, out int? limit)
    {
        limit = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return limit > 0 || text is "none";
    }

    static string? CheckTimezone(string text)
    {
        var rule = new IanaTimeZoneAttribute();
        return rule.IsValid(text) ? null : rule.FormatErrorMessage(text);
    }

    static string OnOff(bool on) => on ? "on" : "off";
}

sealed record CompanyListed(string Id, string Name, Plan Plan, int? WorkspacesLimit, DateTimeOffset CreatedAt);

sealed record CompanyShown(
    string Id, string Name, Plan Plan, int? WorkspacesLimit, DateTimeOffset CreatedAt, WorkspaceShown[] Workspaces, PersonShown[] Owners,
    int People, int Tokens);

sealed record WorkspaceShown(string Id, string Name, string Timezone, bool Analytics)
{
    public static WorkspaceShown Of(Workspace workspace) => new(workspace.Id, workspace.Name, workspace.Timezone, workspace.Analytics);
}
