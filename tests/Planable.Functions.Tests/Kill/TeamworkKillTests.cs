using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Posts;

namespace Planable.Functions.Tests.Kill;

/// <summary>
/// Killed at any instant while posts are worked on: an edit, a comment, a decision that was answered is there, once,
/// and what counts them agrees.
/// </summary>
public sealed class TeamworkKillTests : KillGround
{
    const int Lanes = 2, Writers = 5, MostAnswers = 120;

    [Fact]
    public async Task What_became_of_posts_is_what_was_answered_and_nothing_is_doubled()
    {
        var company = await TestCompany.CreateAsync(Observer, approval: ApprovalTests.Settings("OPTIONAL"));
        var rounds = Rounds.Of(40);
        var lanes = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(async lane =>
        {
            var (ledger, all) = (new Ledger(), new List<Worker>());
            for (var round = lane; round < rounds; round += Lanes)
            {
                all.AddRange(await LiveAsync(company, ledger, round));
            }
            return (Ledger: ledger, Workers: all);
        }));
        var (last, http) = await StartAsync();
        await using (last)
        using (http)
        {
            await Task.WhenAll(lanes.Select(lane => lane.Ledger.RepeatAsync(http)));
            await OutboxIsDoneAsync();
        }
        var done = lanes.SelectMany(lane => lane.Workers).ToArray();
        var campaigns = await NamesAsync(company, "/campaigns", "name");
        var texts = await NamesAsync(company, "/posts", "plainText");
        foreach (var worker in done)
        {
            await worker.HoldAsync(campaigns, texts);
        }
        var entries = done.SelectMany(worker => worker.Entries).ToArray();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{rounds} rounds, {entries.Length} requests, {entries.Count(entry => entry.Succeeded)} with 2xx, "
            + $"{entries.Sum(entry => entry.Unanswered)} times no answer");
        Assert.Contains(entries, entry => entry.Succeeded);
        Assert.DoesNotContain(entries, entry => (int?)entry.Status >= 500 && entry.Key is not null);
    }

    /// <summary>From the start of an instance to its death, each writer with posts of its own.</summary>
    async Task<Worker[]> LiveAsync(TestCompany company, Ledger ledger, int round)
    {
        var workers = await Task.WhenAll(Enumerable.Range(0, Writers).Select(number => Worker.BeginAsync(company, $"{round}.{number}")));
        var (app, http) = await StartAsync();
        await using (app)
        using (http)
        {
            await ledger.RepeatAsync(http);
            var writing = workers.Select(worker => worker.WorkAsync(ledger, http)).ToArray();
            // However fast the machine: after so many answers, and a moment.
            var answers = Random.Shared.Next(MostAnswers);
            await Eventually.TrueAsync(() => workers.Sum(worker => worker.Entries.Count) >= answers + Writers, "calls are answered");
            await Task.Delay(Random.Shared.Next(20), Cancel);
            await app.KillAsync();
            await Task.WhenAll(writing);
        }
        return workers;
    }

    static async Task<string[]> NamesAsync(TestCompany company, string path, string name)
    {
        List<string> names = [];
        for (var offset = 0; ; offset += 100)
        {
            var part = await company.Client.GetAsync($"{path}?workspaceId={company.WorkspaceId}&limit=100&offset={offset}").OkAsync();
            names.AddRange(part["data"]!.AsArray().Select(one => one!.Text(name)));
            if (!part["pagination"]!["hasMore"]!.GetValue<bool>())
            {
                return [.. names];
            }
        }
    }

    /// <summary>
    /// Works on two posts by itself, one call after another until one is not answered;
    /// so what they should be like follows from the answers.
    /// </summary>
    sealed class Worker(TestCompany company, string name, string[] posts, string comment)
    {
        /// <summary>What is done in turn. All but an edit, a comment and a campaign undo what they did the time before.</summary>
        static readonly string[] Kinds = ["text", "comment", "reaction", "share", "approval", "order", "campaign", "bulk"];

        public List<Ledger.Entry> Entries { get; } = [];

        public static async Task<Worker> BeginAsync(TestCompany company, string name)
        {
            string[] posts = [(await company.MakeAsync())[0], (await company.MakeAsync())[0]];
            return new(company, name, posts, await company.CommentAsync(posts[0], "the first"));
        }

        public async Task WorkAsync(Ledger ledger, HttpClient http)
        {
            for (var number = 0; Entries is [] or [.., { Status: not null }]; number++)
            {
                Entries.Add(Entry(Kinds[number % Kinds.Length], number));
                await ledger.SendAsync(http, Entries[^1]);
            }
        }

        Ledger.Entry Entry(string kind, int number)
        {
            var (turn, mark) = (number / Kinds.Length, $"{kind} {name}.{number}");
            var (method, path, body) = kind switch
            {
                "text" => (HttpMethod.Patch, $"/posts/{posts[0]}", (object?)new { text = mark }),
                "comment" => (HttpMethod.Post, $"/posts/{posts[0]}/comments", new { text = mark, teamOnly = turn % 2 == 1 }),
                "reaction" => (HttpMethod.Post, $"/posts/{posts[0]}/comments/{comment}/reactions", CommentReactionTests.Thumb()),
                "share" => (turn % 2 == 0 ? HttpMethod.Post : HttpMethod.Delete, $"/posts/{posts[0]}/share", null),
                "approval" => (HttpMethod.Post, $"/posts/{posts[1]}/{(turn % 2 == 0 ? "approve" : "reject")}", new { reason = mark }),
                "order" => (HttpMethod.Patch, "/posts/reorder",
                    new { workspaceId = company.WorkspaceId, postIds = turn % 2 == 0 ? posts : [posts[1], posts[0]] }),
                "campaign" => (HttpMethod.Post, "/campaigns", new { workspaceId = company.WorkspaceId, name = mark }),
                _ => (HttpMethod.Post, "/posts/bulk", new { posts = new[] { company.Post(mark + " a"), company.Post(mark + " b") } }),
            };
            return new()
            {
                Method = method,
                Path = path,
                Company = company.Key,
                Token = company.Token,
                Body = body is null ? null : Json.Text(body),
                // What undoes itself must be repeatable; the others are so every other time.
                Key = kind is "text" or "comment" or "campaign" && turn % 2 == 0 ? null : "key " + mark,
                Mark = mark,
            };
        }

        /// <summary>
        /// Nothing that was answered is missing, what was not is there whole or not at all,
        /// and only what was not can be in doubt.
        /// </summary>
        public async Task HoldAsync(string[] campaigns, string[] texts)
        {
            var (first, second) = (await company.ReadAsync(posts[0]), await company.ReadAsync(posts[1]));
            var edits = Of("text").Select(entry => entry.Mark).Prepend("Hello").ToArray();
            Assert.Contains(first.Text("plainText"), edits[(Of("text").ToList().FindLastIndex(entry => entry.Succeeded) + 1)..]);

            var comments = (await CommentTests.ListAsync(company, posts[0], "?limit=100"))["data"]!.AsArray();
            Once(Of("comment"), [.. comments.Select(one => one!.Text("text"))]);
            Assert.Equal(
                (comments.Count(one => !one!["teamOnly"]!.GetValue<bool>()), comments.Count(one => one!["teamOnly"]!.GetValue<bool>())),
                (first.Number("commentsCounter"), first.Number("notesCounter")));
            Once(Of("campaign"), campaigns);
            foreach (var half in new[] { " a", " b" })
            {
                Once(Of("bulk"), [.. texts.Where(text => text.EndsWith(half, StringComparison.Ordinal)).Select(text => text[..^2])]);
            }

            Assert.Equal(IsOn("reaction"), comments.Single(one => one!.Text("id") == comment)!["reactions"]!.AsArray().Count == 1);
            Assert.Equal(IsOn("share"), first["publicShareLink"] is not null);
            Assert.Equal(IsOn("approval"), second["approved"]!.GetValue<bool>());
            Assert.Equal(
                Of("order").Length == 0 ? (null, null) : IsOn("order") ? (0, 1) : (1, 0),
                (first["gridPosition"]?.GetValue<int?>(), second["gridPosition"]?.GetValue<int?>()));
        }

        Ledger.Entry[] Of(string kind) => [.. Entries.Where(entry => entry.Mark.StartsWith(kind, StringComparison.Ordinal))];

        bool IsOn(string kind) => Of(kind).Count(entry => entry.Succeeded) % 2 == 1;

        static void Once(Ledger.Entry[] entries, string[] found)
        {
            foreach (var entry in entries)
            {
                var times = found.Count(one => one == entry.Mark);
                Assert.True(times == 1 || (times == 0 && !entry.Succeeded), $"{entry.Mark}: {(int?)entry.Status}, {times} times");
            }
        }
    }
}
