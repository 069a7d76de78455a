namespace Planable.Functions.Tests.Posts;

/// <summary>Each limit of an edit, at its edge and past it.</summary>
public sealed class EditLimitTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    [Theory]
    [InlineData("text", 0, 25_000)]
    [InlineData("linkedinPdfTitle", 0, 150)]
    [InlineData("linkedinVideoTitle", 0, 150)]
    [InlineData("pinterest.boardId", 1, 500)]
    [InlineData("pinterest.title", 0, 100)]
    [InlineData("pinterest.description", 0, 500)]
    public async Task A_texts_length_counts_code_points(string field, int least, int most)
    {
        var company = await TestCompany.CreateAsync(_app);
        var path = "/posts/" + (await company.MakeAsync(company.Post().With("pinterest.boardId", "board")))[0];

        foreach (var length in new[] { least - 1, least, most, most + 1 }.Where(length => length >= 0))
        {
            var call = company.Client.PatchAsync(path, Body(field, string.Concat(Enumerable.Repeat("😀", length))));
            await (length >= least && length <= most ? call.OkAsync() : call.InvalidAsync(field));
        }
    }

    [Theory]
    [InlineData("https://example.com/", 2048, true)]
    [InlineData("https://example.com/", 2049, false)]
    [InlineData("example.com", 0, false)]
    [InlineData("http://a b/", 0, false)]
    [InlineData("ftp://example.com", 0, false)]
    public async Task A_pins_link_is_an_address(string start, int length, bool valid)
    {
        var company = await TestCompany.CreateAsync(_app);
        var path = "/posts/" + (await company.MakeAsync(company.Post().With("pinterest.boardId", "board")))[0];
        var call = company.Client.PatchAsync(path, Body("pinterest.link", start.PadRight(length, 'x')));

        await (valid ? call.OkAsync() : call.InvalidAsync("pinterest.link"));
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(501, false)]
    public async Task A_post_has_up_to_500_labels(int labels, bool valid)
    {
        var company = await TestCompany.CreateAsync(_app);
        var label = (await company.Client.PostAsync(
            "/labels", new { workspaceId = company.WorkspaceId, text = "x", color = "fog" }).CreatedAsync())["data"]!;
        var path = "/posts/" + (await company.MakeAsync())[0];
        var call = company.Client.PatchAsync(path, Body("labels", Enumerable.Repeat(label.Text("id"), labels)));

        await (valid ? call.OkAsync() : call.InvalidAsync("labels"));
    }

    [Theory]
    [InlineData("note", "request-approval", 2_000)]
    [InlineData("reason", "approve", 2_000)]
    [InlineData("reason", "reject", 2_000)]
    public async Task A_note_has_up_to_2000_code_points(string field, string action, int most)
    {
        var company = await TestCompany.CreateAsync(_app, approval: ApprovalTests.Settings("REQUIRED"));
        var path = $"/posts/{(await company.MakeAsync())[0]}/{action}";

        foreach (var length in new[] { most + 1, most })
        {
            var body = Body(field, string.Concat(Enumerable.Repeat("😀", length)))
                .With("approverIds", new[] { company.Owner.Id(company.Key) });
            var call = company.Client.PostAsync(path, body);
            await (length <= most ? call.OkAsync() : call.InvalidAsync(field));
        }
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public async Task One_to_a_hundred_approvers_are_asked(int approvers, bool valid)
    {
        var company = await TestCompany.CreateAsync(_app, approval: ApprovalTests.Settings("REQUIRED"));
        var path = $"/posts/{(await company.MakeAsync())[0]}/request-approval";
        var call = company.Client.PostAsync(path, new { approverIds = Enumerable.Repeat(company.Owner.Id(company.Key), approvers) });

        await (valid ? call.OkAsync() : call.InvalidAsync("approverIds"));
    }

    static Dictionary<string, object?> Body(string field, object? value) =>
        new Dictionary<string, object?>(StringComparer.Ordinal).With(field, value);
}
