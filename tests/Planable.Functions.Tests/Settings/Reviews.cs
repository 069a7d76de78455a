using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Planable.Company.Companies;

namespace Planable.Functions.Tests.Settings;

/// <summary>Posts that wait for approval, and the page that lists them.</summary>
static partial class Reviews
{
    public static readonly Permission[] Approves = [Permission.VIEW, Permission.APPROVE];

    /// <summary>Makes a post, and asks a person to approve it; returns its id.</summary>
    public static async Task<string> AskAsync(
        this TestCompany company, Dictionary<string, object?> body, User approver, string? note = null)
    {
        var post = (await company.MakeAsync(body))[0];
        await company.RequestAsync(post, approver, note);
        return post;
    }

    public static Task<JsonNode> RequestAsync(this TestCompany company, string post, User approver, string? note) =>
        company.Client.PostAsync(
            $"/posts/{post}/request-approval", new { approverIds = new[] { approver.Id(company.Key) }, note = note ?? "Look" }).OkAsync();

    /// <summary>A person who may approve in the first workspace.</summary>
    public static Task<User> ApproverAsync(this TestCompany company, Role role = Role.MEMBER) =>
        company.PersonAsync(TestCompany.Person(role, (company.Workspaces[0], Approves)));

    /// <summary>The page, opened by a person.</summary>
    public static async Task<Visitor> ReviewAsync(this TestCompany company, User user)
    {
        var visitor = await Visitor.SignedInAsync(company.App, company, user);
        using var page = await visitor.GetAsync("/settings/review");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        return visitor;
    }

    /// <summary>The ids of the posts that the page lists.</summary>
    public static async Task<string[]> ListedAsync(Visitor visitor)
    {
        (await visitor.GetAsync("/settings/review")).Dispose();
        return [.. Listed().Matches(visitor.Html).Select(match => match.Value)];
    }

    [GeneratedRegex("(?<=<h2 id=\")pst_[0-9a-z]+", RegexOptions.None, 1_000)]
    private static partial Regex Listed();
}
