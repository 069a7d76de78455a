using System.Collections.Concurrent;
using System.Net;
using Planable.Company.Companies;
using Planable.Functions.Tests.Kill;

namespace Planable.Functions.Tests.Posts;

/// <summary>Twenty comment on, react to and edit one post at once, over two instances, for as long as it takes to believe it.</summary>
public sealed class ParallelTeamworkTests(AzuriteFixture fixture)
{
    const int Clients = 20, MostComments = 900;

    [Fact]
    public async Task Nothing_fails_nothing_is_lost_and_only_who_names_a_version_is_told_of_another()
    {
        await using var other = App.Start(fixture.ConnectionString);
        var company = await TestCompany.CreateAsync(fixture.App);
        var post = (await company.MakeAsync())[0];
        var comment = await company.CommentAsync(post, "the first");
        var end = TimeProvider.System.GetUtcNow().AddSeconds(Rounds.Of(30));
        ConcurrentBag<string> said = [], unexpected = [];
        var (notes, changed, refused) = (0, 0, 0);

        var reacts = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async number =>
        {
            var person = await company.PersonAsync(
                TestCompany.Person(Role.MEMBER, (company.Workspaces[0], [Permission.VIEW, Permission.WRITE])));
            var client = (number % 2 == 0 ? fixture.App : other).As(await company.TokenAsync(creator: person));
            var isOn = false;
            for (var turn = 0; TimeProvider.System.GetUtcNow() < end; turn++)
            {
                var mark = $"{number}.{turn}";
                switch ((number + turn) % 4)
                {
                    // A post holds a thousand comments, and a fast machine comes to more.
                    case 0 when said.Count < MostComments:
                        var isNote = turn % 3 == 0;
                        if (await SendAsync(client.PostAsync($"/posts/{post}/comments", new { text = mark, teamOnly = isNote })))
                        {
                            said.Add(mark);
                            Interlocked.Add(ref notes, isNote ? 1 : 0);
                        }
                        break;
                    case 1:
                        isOn ^= await SendAsync(
                            client.PostAsync($"/posts/{post}/comments/{comment}/reactions", CommentReactionTests.Thumb()));
                        break;
                    case 2:
                        Interlocked.Add(ref changed, await SendAsync(client.PatchAsync("/posts/" + post, new { text = mark })) ? 1 : 0);
                        break;
                    default:
                        using (var read = await client.GetAsync("/posts/" + post))
                        {
                            var isChanged = await SendAsync(
                                client.PatchAsync("/posts/" + post, new { text = mark }, ifMatch: read.Headers.ETag!.Tag),
                                HttpStatusCode.PreconditionFailed);
                            Interlocked.Add(ref changed, isChanged ? 1 : 0);
                            Interlocked.Add(ref refused, isChanged ? 0 : 1);
                        }
                        break;
                }
            }
            return isOn ? person.Id(company.Key) : null;
        }));

        Assert.Empty(unexpected);
        Assert.Equal((said.Count - notes + 1, notes), await CommentTests.CountersAsync(company, post));
        var listed = new List<string>();
        for (var offset = 0; offset <= said.Count; offset += 100)
        {
            listed.AddRange((await CommentTests.ListAsync(company, post, $"?limit=100&offset={offset}"))["data"]!.AsArray()
                .Select(one => one!.Text("text")));
        }
        Assert.Equal(said.Append("the first").Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        var reactions = (await CommentTests.ListAsync(company, post, $"?limit=100&offset={said.Count / 100 * 100}"))["data"]!.AsArray()
            .Single(one => one!.Text("id") == comment)!["reactions"]!.AsArray();
        Assert.Equal(reacts.OfType<string>().Order(),
            reactions.SelectMany(one => one!["users"]!.AsArray()).Select(user => user!.Text("userId")).Order());
        using var last = await company.Client.GetAsync("/posts/" + post);
        Assert.Equal($"\"{changed}\"", last.Headers.ETag!.Tag);
        TestContext.Current.TestOutputHelper!.WriteLine($"{said.Count} comments, {changed} edits, {refused} told of another version");

        async Task<bool> SendAsync(Task<HttpResponseMessage> call, HttpStatusCode? allowed = null)
        {
            using var response = await call;
            if (!response.IsSuccessStatusCode && response.StatusCode != allowed)
            {
                unexpected.Add($"{response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            }
            return response.IsSuccessStatusCode;
        }
    }
}
