using System.CommandLine;
using Planable.Company.Companies;
using Planable.Operate;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Cli;

static class StorageCommands
{
    static readonly Option<Id> CompanyOption =
        Take.Id("--company", IdKind.Company, "Check this company only. The secrets of its tokens are not checked then.", false);
    static readonly Option<bool> Repair = new("--repair")
    {
        Description = "Repair the problems that are found. The app may be running. Without this option nothing is changed.",
    };

    public static Command Noun() => new("storage", "Check the tables and the vault, and upgrade the storage.")
    {
        new Verb("check", "Count what is stored and find problems: rows and secrets that belong to nothing, and counters and indexes "
            + "that do not match the posts. The check ignores everything younger than Outbox__GiveUpAfter (15 minutes by default). "
            + "The exit code is 5 if a problem remains. The vault must not be shared with another storage account.",
            "planable storage check --repair", CheckAsync, CompanyOption, Repair),
        new Verb("upgrade", "Upgrade the storage to the version that this planable works with. Deploy the app of the same version first: "
            + "it does not use the storage until the upgrade is done. No app of the old version may be running. If the upgrade is "
            + "interrupted, run it again.",
            "planable storage upgrade", UpgradeAsync) { TakesAnyVersion = true },
    };

    static async Task<Outcome<Answer>> CheckAsync(Call call)
    {
        var company = call.Has(CompanyOption) ? call.Of(CompanyOption).Partition : null;
        if (company is not null && (await call.Get<CompanyStore>().ReadAsync(company, call.Cancel)).Company is null)
        {
            return Problems.NotFound("company", "--company");
        }
        var report = await RunAsync(call, company);
        var counts = report.Counts;
        return Answer.Of(report, CommandJson.Shown.StorageReport, string.Join('\n',
        [
            $"{counts.Companies} companies, {counts.Workspaces} workspaces, {counts.People} people, {counts.Accounts} accounts,",
            $"{counts.Tokens} tokens, {counts.Pages} pages, {counts.Posts} posts, {counts.Labels} labels, {counts.Campaigns} campaigns,",
            $"{counts.AuditEntries} audit entries, {counts.OutboxRecords} outbox records, {counts.Secrets} secrets",
            .. report.Findings.Select(one => $"{(one.Repaired ? "repaired" : "wrong   ")}  {one.Kind}  {one.Subject}  {one.Message}"),
            report.Findings.Length == 0 ? "Nothing is wrong." : report.IsWell ? "All problems are repaired." : "There are problems.",
        ]), report.IsWell ? 0 : ExitCode.ProblemsFound);
    }

    static async Task<StorageReport> RunAsync(Call call, string? company)
    {
        try
        {
            call.Progress.Show("Checking the storage");
            return await call.Get<StorageCheck>().RunAsync(company, call.Of(Repair), new Steps(call.Progress), call.Cancel);
        }
        finally
        {
            call.Progress.Show(null);
        }
    }

    static async Task<Outcome<Answer>> UpgradeAsync(Call call)
    {
        UpgradeReport report;
        try
        {
            report = await call.Get<StorageUpgrade>().RunAsync(call.Progress.Show, call.Cancel);
        }
        finally
        {
            call.Progress.Show(null);
        }
        return Answer.Of(report, CommandJson.Shown.UpgradeReport, string.Join('\n',
        [
            .. report.Done,
            report.From == report.Version ? $"The storage has version {report.Version}. There is nothing to do."
                : $"The storage has version {report.Version} now.",
        ]));
    }

    sealed class Steps(Progress progress) : IProgress<CheckProgress>
    {
        public void Report(CheckProgress value) => progress.Show("Checking the storage: " + value.Step switch
        {
            CheckStep.Rows => $"{value.Done} rows read",
            CheckStep.Tokens => $"token {value.Done} of {value.Total}",
            CheckStep.Workspaces => $"workspace {value.Done} of {value.Total}",
            _ => $"{value.Done} secrets",
        });
    }
}
