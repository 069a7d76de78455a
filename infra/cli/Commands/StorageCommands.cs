using System.CommandLine;
using Planable.Companies;
using Planable.Http;
using Planable.Storage;

namespace Planable.Cli;

static class StorageCommands
{
    static readonly Option<Id> CompanyOption = Take.Id("--company", IdKind.Company, "The only company to look at; tokens' secrets are left out then.", false);
    static readonly Option<bool> Repair = new("--repair") { Description = "Put right what was found, safely beside a running app. Else nothing is changed." };

    public static Command Noun() => new("storage", "Tables and vault.")
    {
        new Verb("check", "Count what there is and find what does not fit together: rows and secrets that belong to nothing, counters and indexes that are not what the posts are. "
            + "What is younger than FollowUps__GiveUpAfter is left alone. Ends with 5 where something is wrong and was not repaired. The vault must be this storage's alone.",
            "planable storage check --repair", CheckAsync, CompanyOption, Repair),
    };

    static async Task<Outcome<Answer>> CheckAsync(Call call)
    {
        var company = call.Has(CompanyOption) ? call.Of(CompanyOption).Place : null;
        if (company is not null && (await call.Get<CompanyStore>().ReadAsync(company, call.Cancel)).Company is null)
        {
            return Problems.NotFound("company", "--company");
        }
        var report = await call.Get<StorageCheck>().RunAsync(company, call.Of(Repair), call.Cancel);
        var counts = report.Counts;
        return Answer.Of(report, CommandJson.Shown.StorageReport, string.Join('\n',
        [
            $"{counts.Companies} companies, {counts.Workspaces} workspaces, {counts.People} people, {counts.Accounts} accounts, {counts.Tokens} tokens,",
            $"{counts.Pages} pages, {counts.Posts} posts, {counts.Labels} labels, {counts.Campaigns} campaigns,",
            $"{counts.AuditEntries} audit entries, {counts.CommitRecords} commit records, {counts.Secrets} secrets",
            .. report.Findings.Select(one => $"{(one.Repaired ? "repaired" : "wrong   ")}  {one.Kind}  {one.Subject}  {one.Message}"),
            report.Findings.Length == 0 ? "Nothing is wrong." : report.IsWell ? "All of it is repaired." : "Something is wrong.",
        ]), report.IsWell ? 0 : ExitCode.NotWell);
    }
}
