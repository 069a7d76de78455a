using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Planable.Company.Tokens;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Secrets;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Functions.Tests.Kill;

/// <summary>
/// The app is killed while Owners generate and revoke tokens on its pages. At no instant does a token work that is not listed, and none
/// ever works that was revoked; once what follows is done, list, hash rows and vault tell of the same tokens.
/// </summary>
public sealed partial class TokenKillTests(FakeKeyVault vaults) : KillGround
{
    /// <summary>Instances at a time: while one starts, the other is at work.</summary>
    const int Lanes = 2;

    /// <summary>Owners at work on an instance, each for a company of their own.</summary>
    const int Owners = 3;

    /// <summary>Of a company, so that there is always room for the next.</summary>
    const int MostAtOnce = 6;

    readonly FakeVault _vault = vaults.New();
    int _generated, _revoked, _unanswered;

    [Fact]
    public async Task Killed_at_any_instant_no_token_works_unlisted_and_none_outlives_its_revocation()
    {
        var start = TimeProvider.System.GetTimestamp();
        var rounds = Rounds.Of(50);
        var all = await Task.WhenAll(
            Enumerable.Range(0, Lanes * Owners).Select(async _ => new Ledger(await TestCompany.CreateAsync(Observer))));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var watch = WatchAsync(all, over.Token);
        await Task.WhenAll(all.Chunk(Owners).Select(async (ledgers, lane) =>
        {
            for (var round = lane; round < rounds; round += Lanes)
            {
                await LiveAsync(ledgers);
            }
        }));
        await over.CancelAsync();
        var looks = await watch;

        var (last, http) = await StartAsync(Environment);
        await using (last)
        using (http)
        {
            await Task.WhenAll(all.Select(ledger => ledger.HoldAsync(http)));
            await OutboxIsDoneAsync();
            await Task.WhenAll(all.Select(ledger => ledger.HoldAsync(http)));
            await AgreeAsync(all);
        }
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{rounds} kills, {_generated} generated, {_revoked} revoked, {_unanswered} times no answer, {looks} looks meanwhile, "
            + $"{TimeProvider.System.GetElapsedTime(start).TotalSeconds:0} s");
        Assert.True(_generated > rounds && _unanswered > 0 && looks > 0);
    }

    (string Name, string? Value)[] Environment => [("ASPNETCORE_ENVIRONMENT", "Development"), .. vaults.EnvironmentFor(_vault)];

    /// <summary>From the start of an instance to its death.</summary>
    async Task LiveAsync(Ledger[] ledgers)
    {
        var (app, http) = await StartAsync(Environment);
        await using (app)
        using (http)
        {
            // What the last one answered holds.
            await Task.WhenAll(ledgers.Select(ledger => ledger.HoldAsync(http)));
            using var signedIn = new CountdownEvent(ledgers.Length);
            var owners = ledgers.Select(ledger => WorkAsync(ledger, app, http.BaseAddress!, signedIn)).ToArray();
            await Eventually.TrueAsync(() => signedIn.IsSet || owners.Any(owner => owner.IsFaulted), "all have signed in");
            await Task.Delay(Random.Shared.Next(2_500), Cancel);
            await app.KillAsync();
            await Task.WhenAll(owners);
        }
    }

    /// <summary>Generates and revokes until there is no answer.</summary>
    async Task WorkAsync(Ledger ledger, AppProcess app, Uri address, CountdownEvent signedIn)
    {
        // Each has cookies of their own.
        using var browser = app.Client(address.ToString());
        var page = await SendAsync(browser, "/settings/sign-in?company=" + ledger.Company.Id);
        page = await SendAsync(
            browser, "/settings/sign-in", page!, ("user", ledger.Company.Owner.Id(ledger.Company.Key)), ("return", "/settings/api-tokens"));
        signedIn.Signal();
        while (page is not null)
        {
            var listed = Listed().Matches(page);
            if (listed.Count < MostAtOnce && (listed.Count == 0 || Random.Shared.Next(2) == 0))
            {
                var name = Guid.NewGuid().ToString("N");
                page = await SendAsync(
                    browser, "/settings/api-tokens", page,
                    ("nonce", Base32.NewName()), ("name", name), ("scope", "Write"), ("access", "all"), ("expiry", "never"));
                if (page is not null)
                {
                    ledger.Working[name] = ShownToken().Match(page).Groups["text"].Value;
                    Interlocked.Increment(ref _generated);
                }
            }
            else
            {
                var one = listed[Random.Shared.Next(listed.Count)];
                // Without an answer it may work or not; and of one that was generated without an answer nobody has the text.
                ledger.Working.TryRemove(one.Groups["name"].Value, out var text);
                page = await SendAsync(
                    browser, $"/settings/api-tokens/{IdKind.Token.Format(ledger.Company.Key, one.Groups["id"].Value)}/revoke", page);
                if (page is not null)
                {
                    if (text is not null)
                    {
                        ledger.Revoked.Add(text);
                    }
                    Interlocked.Increment(ref _revoked);
                }
            }
        }
        Interlocked.Increment(ref _unanswered);
    }

    /// <summary>Opens a page, or sends a form that is on one; null where there is no answer.</summary>
    static async Task<string?> SendAsync(HttpClient browser, string path, string? page = null, params (string Name, string Value)[] fields)
    {
        using var form = page is null ? null : new FormUrlEncodedContent(
            fields.Append(("form-token", FormToken().Match(page).Groups["token"].Value))
                .Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
        try
        {
            using var answer = form is null ? await browser.GetAsync(path, Cancel) : await browser.PostAsync(path, form, Cancel);
            var text = await answer.Content.ReadAsStringAsync(Cancel);
            if (answer.StatusCode is HttpStatusCode.NotFound && path.EndsWith("/revoke", StringComparison.Ordinal))
            {
                // Its revocation was killed half-way; what follows it up has ended it since the page was shown.
                return await SendAsync(browser, "/settings/api-tokens");
            }
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
            return text;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return null;
        }
    }

    /// <summary>Looks again and again for a token that works and is not listed.</summary>
    async Task<int> WatchAsync(Ledger[] all, CancellationToken over)
    {
        for (var looks = 0; ; looks++)
        {
            if (over.IsCancellationRequested)
            {
                return looks;
            }
            // What is active before and after was active while the list was read.
            var before = await ActiveAsync();
            var listed = await Task.WhenAll(all.Select(ledger => Observer.Get<CompanyTokens>().ListAsync(ledger.Company.Key, Cancel)));
            var after = await ActiveAsync();
            await Task.Delay(10, Cancel);
            Assert.Empty(before.Intersect(after).Except(listed.SelectMany(tokens => tokens.Select(token => token.Hash))));
        }

        async Task<string[]> ActiveAsync() => [.. (await HashRowsAsync(all)).Where(row => row.IsActive).Select(row => row.Hash)];
    }

    /// <summary>The hash rows of tokens that were generated here, and not made for a test.</summary>
    async Task<List<(string Hash, bool IsActive)>> HashRowsAsync(Ledger[] all)
    {
        var key = all.Select(ledger => Hash(ledger.Company.Token)).ToHashSet();
        return [.. from row in await RowsAsync("tokens")
            let hash = row.Read(TokenStoredJson.Default.Token).Hash
            where !key.Contains(hash)
            select (hash, row.GetBoolean("Active") is true)];
    }

    async Task AgreeAsync(Ledger[] all)
    {
        var listed = (await Task.WhenAll(all.Select(ledger => Observer.Get<CompanyTokens>().ListAsync(ledger.Company.Key, Cancel))))
            .SelectMany(tokens => tokens.Select(token => token.Hash)).Order().ToArray();
        Assert.NotEmpty(listed);
        Assert.Equal(listed, (await HashRowsAsync(all)).Where(row => row.IsActive).Select(row => row.Hash).Order());
        Assert.Equal(listed, (await HashRowsAsync(all)).Select(row => row.Hash).Order());
        Assert.Equal(listed, _vault.Names.Where(name => name.StartsWith("token-", StringComparison.Ordinal))
            .Select(name => name["token-".Length..]).Order());
        Assert.Empty(all.SelectMany(ledger => ledger.Working.Values).Select(Hash).Except(listed));
    }

    static string Hash(string text) => TokenText.Hash(text);

    [GeneratedRegex("""name="form-token"[^>]* value="(?<token>[^"]*)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FormToken();

    [GeneratedRegex("""<h3 id="(?<id>[^"]*)">(?<name>[^<]*)</h3>""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Listed();

    [GeneratedRegex("""id="token-text"[^>]* value="(?<text>pln_[^"]*)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ShownToken();

    /// <summary>What one Owner was told.</summary>
    sealed class Ledger(TestCompany company)
    {
        public TestCompany Company { get; } = company;

        /// <summary>Texts by name.</summary>
        public ConcurrentDictionary<string, string> Working { get; } = [];

        public ConcurrentBag<string> Revoked { get; } = [];

        public async Task HoldAsync(HttpClient http)
        {
            foreach (var (text, status) in Working.Values.Select(text => (text, HttpStatusCode.OK))
                .Concat(Revoked.Select(text => (text, HttpStatusCode.Unauthorized))))
            {
                await new Client(http, text).GetAsync("/ping").ShouldBeAsync(status);
            }
        }
    }
}
