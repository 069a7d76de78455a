using System.Net;
using System.Text.RegularExpressions;
using Planable.Functions.Tests.Doors.ContentSystems;
using Planable.Functions.Tests.Posts;

namespace Planable.Functions.Tests.Promises;

/// <summary>What the calls act on: ids by the name of what the reference calls them.</summary>
sealed partial record FuzzGround(TestCompany Company, IReadOnlyDictionary<string, List<string>> Ids)
{
    static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["pst"] = "post",
        ["cpn"] = "campaign",
        ["cmt"] = "comment",
        ["lbl"] = "label",
        ["med"] = "media",
        ["whk"] = "webhook",
        ["evt"] = "event",
        ["cms"] = "cms-connection",
        ["cmd"] = "delivery"
    };

    /// <summary>Remembers what a call has made.</summary>
    public void Learn(string answer)
    {
        foreach (var id in MadeIds().Matches(answer).Select(match => match.Value))
        {
            var known = Ids[Kinds[id.Split('_')[0]]];
            known.Remove(id);
            known.Insert(0, id);
            known.RemoveRange(Math.Min(known.Count, 12), Math.Max(0, known.Count - 12));
        }
    }

    public static async Task<FuzzGround> CreateAsync(App app)
    {
        var company = await TestCompany.CreateAsync(app, workspaces: 2, approval: ApprovalTests.Settings("OPTIONAL"));
        var other = await TestCompany.CreateAsync(app);
        var posts = await company.MakeAsync(company.Group(company.PageIds));
        var upload = await company.Client.PostAsync(
            "/media/uploads", new { workspaceId = company.WorkspaceId, name = "a.png" }).CreatedAsync();
        var label = await company.Client.PostAsync(
            "/labels", new { workspaceId = company.WorkspaceId, text = "A", color = "fog" }).CreatedAsync();
        var made = await company.Client.PostAsync("/webhooks", new { url = "https://files.invalid" }).CreatedAsync();
        var webhook = made["data"]!["webhook"]!.Text("id");
        var test = await company.Client.PostAsync($"/webhooks/{webhook}/test", new { }).ShouldBeAsync(HttpStatusCode.Accepted);
        var connection = await company.ConnectAsync();
        return new(company, new Dictionary<string, List<string>>(StringComparer.Ordinal)
        {
            ["workspace"] = [company.WorkspaceId, company.WorkspaceId, other.WorkspaceId],
            ["another workspace"] = [company.Workspaces[1].Id],
            ["page"] = [.. company.PageIds, other.PageIds[0]],
            ["post"] = [.. posts, .. await company.MakeAsync(), await company.FailedAsync(), .. await other.MakeAsync()],
            ["campaign"] = [await company.CampaignAsync()],
            ["comment"] = [await company.CommentAsync(posts[0]), await company.CommentAsync(posts[0], teamOnly: true)],
            ["label"] = [label["data"]!.Text("id")],
            ["media"] = [upload["data"]!.Text("id")],
            ["webhook"] = [webhook],
            ["event"] = [test["data"]!.Text("eventId")],
            ["cms-connection"] = [connection.Id, (await company.ConnectAsync()).Id],
            ["delivery"] = [await connection.DeliveryAsync()],
            ["approver"] = [company.Owner.Id(company.Key), other.Owner.Id(other.Key)],
        });
    }

    [GeneratedRegex("(pst|cpn|cmt|lbl|med|whk|evt)_[0-9a-z]{20,}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MadeIds();
}
