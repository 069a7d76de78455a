using Planable.Content.Posts;
using Planable.Storage;

namespace Planable.Functions.Tests.Posts;

/// <summary>Slots of a plan with a number of posts for ever: taken by name, and returned where nothing was made.</summary>
public sealed class FreeSlotTests(AzuriteFixture fixture)
{
    const int Most = 50;

    readonly FreeSlots _slots = fixture.App.Get<FreeSlots>();
    readonly string _company = Ids.NewCompanyKey();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 49, true)]
    [InlineData(0, 50, true)]
    [InlineData(0, 51, false)]
    [InlineData(49, 1, true)]
    [InlineData(49, 2, false)]
    [InlineData(50, 1, false)]
    [InlineData(50, 0, true)]
    public async Task As_many_are_taken_as_there_are(int before, int wanted, bool fits)
    {
        Assert.True(await TakeAsync("before", before));

        Assert.Equal(fits, await TakeAsync("wanted", wanted));

        // Who was refused has taken nothing.
        var left = Most - before - (fits ? wanted : 0);
        Assert.False(await TakeAsync("too many", left + 1));
        Assert.True(await TakeAsync("the rest", left));
    }

    [Fact]
    public async Task What_is_taken_again_by_the_same_name_counts_once()
    {
        Assert.True(await TakeAsync("one", 30));
        Assert.True(await TakeAsync("one", 30));
        Assert.True(await TakeAsync("other", 20));

        Assert.True(await TakeAsync("one", 30));
        Assert.False(await TakeAsync("one", 31));
        Assert.True(await TakeAsync("one", 29));
        Assert.True(await TakeAsync("another", 1));
        Assert.False(await TakeAsync("too many", 1));
    }

    [Fact]
    public async Task What_is_returned_can_be_taken_and_nothing_else_is_returned()
    {
        Assert.True(await TakeAsync("one", 20));
        Assert.True(await TakeAsync("other", 30));

        await _slots.ReturnAsync(_company, "never taken", Cancel);
        Assert.False(await TakeAsync("third", 1));

        await _slots.ReturnAsync(_company, "one", Cancel);
        await _slots.ReturnAsync(_company, "one", Cancel);
        Assert.False(await TakeAsync("third", 21));
        Assert.True(await TakeAsync("third", 20));
    }

    [Fact]
    public async Task A_write_that_came_keeps_them_and_one_that_never_came_returns_them()
    {
        Assert.True(await TakeAsync("came", 20));
        Assert.True(await TakeAsync("never came", 30));

        Assert.Null(await _slots.HandleAsync(FreeSlots.Taken(_company, "came"), default, Cancel));
        Assert.False(await TakeAsync("third", 1));

        var abandoned = FreeSlots.Taken(_company, "never came");
        for (var times = 0; times < 2; times++)
        {
            await _slots.CompensateAsync(abandoned, Cancel);
        }
        Assert.False(await TakeAsync("third", 31));
        Assert.True(await TakeAsync("third", 30));
    }

    [Fact]
    public async Task Each_company_has_its_own()
    {
        Assert.True(await TakeAsync("one", Most));

        Assert.True(await _slots.TakeAsync(Ids.NewCompanyKey(), "one", Most, Most, Cancel));
        Assert.False(await TakeAsync("other", 1));
    }

    [Fact]
    public async Task However_many_take_at_once_no_more_are_taken_than_there_are()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 12).Select(writer => TakeAsync($"{writer}", 8)));

        Assert.Equal(6, taken.Count(fits => fits));
        Assert.False(await TakeAsync("too many", 3));
        Assert.True(await TakeAsync("the rest", 2));
    }

    Task<bool> TakeAsync(string name, int posts) => _slots.TakeAsync(_company, name, posts, Most, Cancel);
}
