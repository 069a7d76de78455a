using Planable.Networks;
using Planable.Networks.Pinterest;

namespace Planable.Functions.Tests.Networks.Pinterest;

public sealed class PinterestFiguresTests(AzuriteFixture azurite) : NetworkGround<FakePinterest>(azurite)
{
    static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task An_account_has_no_analytics()
    {
        var today = DateOnly.FromDateTime(Now.UtcDateTime);

        Assert.Equal(NetworkVerdict.Refused, (await PageDaysAsync(Client<PinterestMetrics>(), today, today)).Verdict);
        Assert.Empty(Fake.Requests);
    }

    [Fact]
    public async Task A_pins_figures_are_read()
    {
        var source = Client<PinterestMetrics>();

        var figures = (await PostFiguresAsync(source, "1")).Value!;
        var young = (await PostFiguresAsync(source, "young")).Value!;

        Assert.Equal((240, 31, 12), (figures.Impressions, figures.Engagement, figures.Reactions));
        Assert.Equal((7, 1, 0), (young.Impressions, young.Engagement, young.Reactions));
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("quiet")]
    public async Task A_pin_that_is_gone_or_not_measured_has_no_figures(string id) => Assert.Equal(
        NetworkVerdict.Refused, (await PostFiguresAsync(Client<PinterestMetrics>(), id)).Verdict);
}
