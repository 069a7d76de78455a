using System.Text.Json.Nodes;
using Planable.Company.Companies;

namespace Planable.Functions.Tests.Posts;

/// <summary>Approvals are of what an approver looked at.</summary>
public sealed class ApprovalWithdrawalTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Theory]
    [InlineData("text", "\"Other\"", false)]
    [InlineData("media", """["https://files.invalid/b.png"]""", false)]
    [InlineData("videoThumbnail", """{"imageUrl":"https://files.invalid/b.png"}""", false)]
    [InlineData("linkedinPdfTitle", "\"Other\"", false)]
    [InlineData("linkedinVideoTitle", "\"Other\"", false)]
    [InlineData("linkedinVideoTitle", "\"\"", false)]
    [InlineData("pinterest", """{"boardId":"other"}""", false)]
    [InlineData("pinterest", """{"title":"Other"}""", false)]
    [InlineData("pinterest", """{"link":"https://example.com/other"}""", false)]
    [InlineData("pinterest", """{"description":""}""", false)]
    [InlineData("pinterest", """{"boardId":"board","title":"A pin","link":"https://example.com/","description":"Ours"}""", true)]
    [InlineData("linkedinPdfTitle", "\"A PDF\"", true)]
    [InlineData("labels", "[]", true)]
    [InlineData("teamOnly", "true", true)]
    [InlineData("scheduledAt", "\"2030-01-01T00:00:00Z\"", true)]
    public async Task A_change_of_content_withdraws_approvals(string field, string value, bool stays)
    {
        foreach (var type in new[] { "OPTIONAL", "REQUIRED" })
        {
            var company = await TestCompany.CreateAsync(_app, approval: ApprovalTests.Settings(type));
            var writer = await company.PersonAsync(
                TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW, Permission.WRITE])));
            var post = (await company.MakeAsync(company.Post().With("approved", true).With("linkedinPdfTitle", "A PDF")
                .With("linkedinVideoTitle", "A video").With("pinterest", JsonNode.Parse(
                    """{"boardId":"board","title":"A pin","link":"https://example.com/","description":"Ours"}"""))))[0];

            var edited = await _app.As(await company.TokenAsync(creator: writer)).SendAsync(
                HttpMethod.Patch, "/posts/" + post, $$"""{"{{field}}":{{value}}}""").OkAsync();

            Assert.Equal(stays, edited["data"]!["approved"]!.GetValue<bool>());
            Assert.Equal(stays ? 1 : 0, edited["data"]!["approvedBy"]!.AsArray().Count);
        }
    }
}
