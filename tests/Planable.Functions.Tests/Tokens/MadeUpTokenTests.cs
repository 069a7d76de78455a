using System.Globalization;
using System.Net;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Planable.Company.Tokens;
using Planable.Storage;

namespace Planable.Functions.Tests.Tokens;

/// <summary>What is no token is told by its check characters, without asking storage.</summary>
public sealed class MadeUpTokenTests(TokenGround ground) : TokenTests(ground)
{
    const int Strings = 100_000, Sent = 50;
    const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        LookAlikes = "аеорсухіјΑΒΕ０１ａＡ";

    static readonly (string Name, Func<string, string> Make)[] Ways =
    [
        ("random", good => "pln_" + Random(good.Length - 4)),
        ("random, of any length", _ => Random(System.Random.Shared.Next(1, 100))),
        ("wrong check characters", good => good[..^6] + Random(6)),
        ("one character changed", good => Change(good, System.Random.Shared.Next(4, good.Length), Random(1))),
        ("neighbours swapped", Swap),
        ("other case", good => "pln_" + new string(
            [.. good[4..].Select(c => char.IsAsciiLetterLower(c) ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c))])),
        ("one letter in other case", OneInOtherCase),
        ("prefix in other case", good => "Pln_" + good[4..]),
        ("a look-alike", good =>
            Change(good, System.Random.Shared.Next(good.Length), LookAlikes[System.Random.Shared.Next(LookAlikes.Length)].ToString())),
        ("too long", good => good + Random(System.Random.Shared.Next(1, 50))),
        ("too short", good => good[..System.Random.Shared.Next(1, good.Length)]),
        ("twice", good => good + good),
        ("with a space", good => good.Insert(System.Random.Shared.Next(1, good.Length), " ")),
    ];

    [Fact]
    public void Of_a_hundred_thousand_near_misses_none_has_the_form_of_a_token()
    {
        var formed = Enumerable.Range(0, Strings).Select(i =>
        {
            var (good, way) = (TokenText.New(), Ways[i % Ways.Length]);
            Assert.True(TokenText.IsWellFormed(good));
            return (way.Name, Text: NearMiss(good, way.Make));
        }).Where(one => TokenText.IsWellFormed(one.Text)).ToArray();

        TestContext.Current.TestOutputHelper!.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{Strings} strings, {formed.Length} well-formed"));
        Assert.Empty(formed);
    }

    [Fact]
    public async Task A_made_up_token_costs_no_storage_call_and_opens_nothing()
    {
        var storage = new Counter();
        var company = await TestCompany.CreateAsync(One);
        var (_, good) = await MakeAsync(One, company);
        await using var app = Ground.Start(storage);
        // It reads the storage's version once.
        await app.Get<StorageGate>().WaitForFirstCheckAsync(TestContext.Current.CancellationToken);
        var before = storage.Calls;
        using var http = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 });
        http.BaseAddress = app.BaseAddress;

        foreach (var (name, make) in Ways)
        {
            for (var i = 0; i < Sent; i++)
            {
                using var answer = await SendAsync(NearMiss(good, make));
                Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized, name);
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{Ways.Length * Sent} calls, {storage.Calls - before} storage calls"));
        Assert.Equal(before, storage.Calls);
        // Right in form, and nobody's: that takes a look.
        using var unknown = await SendAsync(TokenText.New());
        Assert.Equal((HttpStatusCode.Unauthorized, 1), (unknown.StatusCode, storage.Calls - before));
        using var known = await SendAsync(good);
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);

        Task<HttpResponseMessage> SendAsync(string text) => new Client(http, "").SendAsync(HttpMethod.Get, "/ping", change: request =>
        {
            request.Headers.Authorization = null;
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + text);
        });
    }

    /// <summary>What this makes of a good token, until it is another.</summary>
    static string NearMiss(string good, Func<string, string> make)
    {
        var text = make(good);
        return text == good ? NearMiss(good, make) : text;
    }

    static string Random(int length) => new(System.Random.Shared.GetItems<char>(Alphabet, length));

    static string Change(string good, int at, string character) => good[..at] + character + good[(at + 1)..];

    static string Swap(string good)
    {
        var at = System.Random.Shared.Next(4, good.Length - 1);
        return good[..at] + good[at + 1] + good[at] + good[(at + 2)..];
    }

    static string OneInOtherCase(string good)
    {
        var at = System.Random.Shared.Next(4, good.Length);
        return Change(
            good, at, (char.IsAsciiLetterLower(good[at]) ? char.ToUpperInvariant(good[at]) : char.ToLowerInvariant(good[at])).ToString());
    }

    sealed class Counter : HttpPipelinePolicy
    {
        int _calls;

        public int Calls => _calls;

        public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            Interlocked.Increment(ref _calls);
            return ProcessNextAsync(message, pipeline);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}
