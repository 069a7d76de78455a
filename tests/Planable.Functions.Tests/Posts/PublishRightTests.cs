using System.Globalization;
using System.Text.Json.Nodes;
using CsCheck;
using Planable.Company.Companies;
using Planable.Content.Posts;

namespace Planable.Functions.Tests.Posts;

/// <summary>What is published, and when, is changed by nobody without the permission PUBLISH, however the change is said.</summary>
public sealed class PublishRightTests(AzuriteFixture fixture)
{
    const string Date = "2031-01-01T00:00:00Z";

    static readonly Permission[] AllButPublish = [Permission.VIEW, Permission.WRITE, Permission.APPROVE];

    /// <summary>Fields of an edit, with values that the posts of these tests do not have, and with their own.</summary>
    static readonly (string Field, string Value)[] Fields =
    [
        ("text", "\"mine\""), ("text", "\"Hello\""), ("scheduledAt", "\"2030-01-01T00:00:00Z\""), ("scheduledAt", "null"),
        ("scheduledAt", $"\"{Date}\""), ("publishAtScheduledDate", "true"), ("publishAtScheduledDate", "false"),
        ("archived", "true"), ("archived", "false"), ("approved", "true"), ("approved", "false"), ("teamOnly", "true"),
        ("teamOnly", "false"), ("media", """["https://files.invalid/a.png"]"""), ("media", "[]"), ("linkedinPdfTitle", "\"mine\""),
        ("linkedinVideoTitle", "\"mine\""), ("pinterest", """{"boardId":"mine","link":"https://example.com/"}"""),
        ("videoThumbnail", """{"imageUrl":"https://files.invalid/a.png"}"""), ("labels", "[]"), ("campaignId", "null"),
    ];

    static readonly Gen<string> Edits = Gen.OneOf(Fields).Array[1, 4].Select(fields =>
        "{" + string.Join(',', fields.DistinctBy(one => one.Field).Select(one => $"\"{one.Field}\":{one.Value}")) + "}");

    static readonly Gen<(string Way, int Post, string Body)> Steps = Gen.Select(
        Gen.OneOf(
            "edit", "edit", "edit", "edit", "delete", "approve", "reject", "request-approval", "retry", "share", "create", "bulk",
            "reorder"),
        Gen.Int[0, 5], Edits);

    static readonly ApprovalSettings[] Settings =
    [
        ApprovalTests.Settings("NONE"), ApprovalTests.Settings("OPTIONAL"), ApprovalTests.Settings("REQUIRED"),
        ApprovalTests.Settings("OPTIONAL", autoSchedule: true), ApprovalTests.Settings("REQUIRED", autoSchedule: true),
    ];

    readonly App _app = fixture.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"scheduledAt":"now","text":"mine"}""")]
    [InlineData("""{"scheduledAt":"now"}""")]
    [InlineData("""{"scheduledAt":"2030-01-01T00:00:00Z"}""")]
    [InlineData("""{"scheduledAt":"2032-01-01T00:00:00Z"}""")]
    [InlineData("""{"scheduledAt":null}""")]
    [InlineData("""{"publishAtScheduledDate":true}""")]
    [InlineData("""{"publishAtScheduledDate":false}""")]
    [InlineData("""{"archived":true}""")]
    [InlineData("""{"text":"mine","labels":[]}""")]
    [InlineData("""{"text":"mine","approved":true}""")]
    [InlineData("""{"media":["https://files.invalid/a.png"]}""")]
    [InlineData("""{"videoThumbnail":{"imageUrl":"https://files.invalid/a.png"}}""")]
    [InlineData("""{"pinterest":{"boardId":"mine"}}""")]
    [InlineData("""{"linkedinPdfTitle":"mine"}""")]
    [InlineData("""{"linkedinVideoTitle":"mine"}""")]
    [InlineData(null)]
    public async Task A_scheduled_post_goes_out_as_it_was_scheduled(string? edit)
    {
        var now = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        foreach (var type in new[] { "OPTIONAL", "REQUIRED" })
        {
            var company = await TestCompany.CreateAsync(_app, approval: ApprovalTests.Settings(type));
            var (posts, member) = (await ScheduledAsync(company, approved: true), await MemberAsync(company));
            var before = await GoOutAsync(company);

            var call = edit is null ? member.DeleteAsync("/posts/" + posts[0])
                : member.SendAsync(HttpMethod.Patch, "/posts/" + posts[0], edit.Replace("\"now\"", $"\"{now}\"", StringComparison.Ordinal));

            Assert.Contains("PUBLISH", (await call.ForbiddenAsync()).Text("message"), StringComparison.Ordinal);
            Assert.Equal(before, await GoOutAsync(company));
            Assert.True((await company.ReadAsync(posts[0]))["approved"]!.GetValue<bool>());
        }
    }

    [Theory]
    [InlineData("""{"labels":[],"campaignId":null,"teamOnly":true,"notify":false}""")]
    [InlineData("""{"text":"Hello","scheduledAt":"2031-01-01T02:00:00+02:00","archived":false}""")]
    [InlineData("""{"approved":true}""")]
    [InlineData("""{"approved":false}""")]
    public async Task What_changes_nothing_of_a_publication_needs_no_PUBLISH(string edit)
    {
        var company = await TestCompany.CreateAsync(_app, approval: ApprovalTests.Settings("REQUIRED"));
        var (posts, member) = (await ScheduledAsync(company, approved: false), await MemberAsync(company));
        var before = await GoOutAsync(company);

        await member.SendAsync(HttpMethod.Patch, "/posts/" + posts[0], edit).OkAsync();

        Assert.Equal(before, await GoOutAsync(company));
    }

    [Fact]
    public async Task An_edit_that_reaches_a_scheduled_post_of_the_group_changes_none_of_it()
    {
        var company = await TestCompany.CreateAsync(_app);
        var (posts, member) = (await ScheduledAsync(company), await MemberAsync(company));
        await company.Client.PatchAsync("/posts/" + posts[0], new { archived = true }).OkAsync();
        var before = await GoOutAsync(company);

        foreach (var edit in new object[] { new { text = "mine" }, new { scheduledAt = "2030-01-01T00:00:00Z" } })
        {
            await member.PatchAsync("/posts/" + posts[0], edit).ForbiddenAsync();
        }
        await member.PatchAsync("/posts/" + posts[0], new { linkedinPdfTitle = "mine" }).OkAsync();
        await member.DeleteAsync("/posts/" + posts[0]).GoneAsync();

        Assert.Single(before);
        Assert.Equal(before, await GoOutAsync(company));
    }

    [Fact]
    public async Task What_has_no_schedule_is_edited_and_deleted_with_WRITE()
    {
        var company = await TestCompany.CreateAsync(_app);
        var member = await MemberAsync(company);
        foreach (var post in await ScheduledAsync(company))
        {
            await company.Client.PatchAsync("/posts/" + post, new { publishAtScheduledDate = false }).OkAsync();
            await member.PatchAsync(
                "/posts/" + post, new { text = "mine", scheduledAt = "2030-01-01T00:00:00Z", archived = true }).OkAsync();
            await member.DeleteAsync("/posts/" + post).GoneAsync();
        }
    }

    [Fact]
    public async Task An_approval_that_schedules_needs_PUBLISH_and_any_other_does_not()
    {
        var company = await TestCompany.CreateAsync(_app, approval: ApprovalTests.Settings("REQUIRED", autoSchedule: true));
        var member = await MemberAsync(company);
        var dated = company.Post().With("scheduledAt", Date);
        var (planned, draft) = ((await company.MakeAsync(dated))[0], (await company.MakeAsync())[0]);
        var approved = company.Post().With("scheduledAt", Date).With("approved", true);
        var story = new Dictionary<string, object?>(approved, StringComparer.Ordinal) { ["media"] = Bodies.Nowhere };
        story.Remove("text");

        await member.PostAsync($"/posts/{planned}/approve", new { }).ForbiddenAsync();
        await member.PatchAsync("/posts/" + planned, new { approved = true }).ForbiddenAsync();
        await member.PatchAsync("/posts/" + draft, new { approved = true, scheduledAt = Date }).ForbiddenAsync();
        await member.PostAsync("/posts", approved).ForbiddenAsync();
        await member.PostAsync("/stories", story).ForbiddenAsync();
        var bulk = await member.PostAsync("/posts/bulk", new { posts = new[] { approved, dated } }).OkAsync();
        Assert.Equal([403, 201], bulk["data"]!["results"]!.AsArray().Select(result => result!.Number("status")));
        Assert.Empty(await GoOutAsync(company));
        Assert.Equal(3, await company.CountAsync());

        await member.PostAsync($"/posts/{draft}/approve", new { }).OkAsync();
        await member.PatchAsync("/posts/" + draft, new { scheduledAt = Date }).OkAsync();
        Assert.Empty(await GoOutAsync(company));
        await company.Client.PostAsync($"/posts/{planned}/approve", new { }).OkAsync();
        Assert.Single(await GoOutAsync(company));
    }

    [Fact]
    public async Task No_sequence_of_calls_without_PUBLISH_changes_what_is_published_or_when()
    {
        await Gen.Select(Gen.OneOf(Settings), Steps.Array[10, 25]).SampleAsync(async (approval, steps) =>
        {
            var company = await TestCompany.CreateAsync(_app, approval: approval);
            var (scheduled, member) = (await ScheduledAsync(company, approval.Type is ApprovalType.OPTIONAL), await MemberAsync(company));
            await company.Client.PatchAsync("/posts/" + scheduled[0], new { archived = true }).OkAsync();
            string[] posts =
            [
                .. scheduled, (await company.MakeAsync(company.Post().With("scheduledAt", Date).With("publishAtScheduledDate", true)))[0],
                (await company.MakeAsync(company.Post().With("scheduledAt", Date)))[0], (await company.MakeAsync())[0],
                await company.FailedAsync(),
            ];
            var before = await GoOutAsync(company);

            foreach (var (way, place, body) in steps)
            {
                using var answer = await CallAsync(company, member, way, posts[place], body);
                Assert.True((int)answer.StatusCode < 500, $"{way} {(int)answer.StatusCode}");
            }

            Assert.Equal(2, before.Length);
            Assert.Equal(before, await GoOutAsync(company));
        }, iter: 40, threads: 4);
    }

    static Task<HttpResponseMessage> CallAsync(TestCompany company, Client member, string way, string post, string body)
    {
        var made = company.Post();
        foreach (var (field, value) in JsonNode.Parse(body)!.AsObject())
        {
            made[field] = value;
        }
        return way switch
        {
            "edit" => member.SendAsync(HttpMethod.Patch, "/posts/" + post, body),
            "delete" => member.DeleteAsync("/posts/" + post),
            "create" => member.PostAsync("/posts", made),
            "bulk" => member.PostAsync("/posts/bulk", new { posts = new[] { made, made } }),
            "reorder" => member.PatchAsync("/posts/reorder", new { workspaceId = company.WorkspaceId, postIds = new[] { post } }),
            "request-approval" => member.PostAsync($"/posts/{post}/{way}", new { approverIds = new[] { company.Owner.Id(company.Key) } }),
            _ => member.PostAsync($"/posts/{post}/{way}", new { }),
        };
    }

    /// <summary>Posts of a group that are scheduled.</summary>
    static Task<string[]> ScheduledAsync(TestCompany company, bool approved = false)
    {
        var group = company.Group(company.PageIds).With("scheduledAt", Date).With("publishAtScheduledDate", true);
        return company.MakeAsync(approved ? group.With("approved", true) : group);
    }

    async Task<Client> MemberAsync(TestCompany company) => _app.As(await company.TokenAsync(
        creator: await company.PersonAsync(TestCompany.Person(Role.MEMBER, (company.Workspaces[0], AllButPublish)))));

    /// <summary>What will go out, and when.</summary>
    async Task<string[]> GoOutAsync(TestCompany company) =>
        await _app.Get<PostStore>().RangeAsync(company.Workspaces[0].Key, cancel: Cancel).Select(one => one.Post)
            .Where(post => post.Status is PostStatus.SCHEDULED)
            .Select(post => string.Join(' ', [
                post.Key, post.Text, post.ScheduledAt, post.Publishing?.RetriedAt, post.Pinterest, post.LinkedinPdfTitle,
                post.LinkedinVideoTitle, post.VideoThumbnail?.Key, .. post.Media.Select(one => one.Key)]))
            .ToArrayAsync(Cancel);
}
