using System.Globalization;
using System.Net;
using Planable.Functions.Tests.Kill;

namespace Planable.Functions.Tests.Tokens;

public sealed class RevocationTests(TokenGround ground) : TokenTests(ground)
{
    const int Lanes = 4;

    [Fact]
    public async Task Revoked_on_one_instance_a_token_fails_on_another_on_its_very_next_call()
    {
        var (trials, late) = (Rounds.Of(1_000), 0);
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(async lane =>
        {
            var company = await TestCompany.CreateAsync(One);
            for (var trial = lane; trial < trials; trial += Lanes)
            {
                var (first, second) = trial % 8 < Lanes ? (One, Other) : (Other, One);
                var (token, text) = await MakeAsync(first, company);
                await second.As(text).GetAsync("/ping").OkAsync();

                await RevokeAsync(first, company, token);

                using var answer = await second.As(text).GetAsync("/ping");
                if (answer.StatusCode is not HttpStatusCode.Unauthorized)
                {
                    Interlocked.Increment(ref late);
                }
            }
        }));
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{trials} trials, {late} late"));
        Assert.Equal(0, late);
    }
}
