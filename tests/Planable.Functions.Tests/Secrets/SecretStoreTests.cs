using Planable.Platform.Secrets;

namespace Planable.Functions.Tests.Secrets;

/// <summary>What a store of secrets promises, whichever it is.</summary>
public abstract class SecretStoreTests
{
    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>An instance's own; all of a test's have the same secrets.</summary>
    private protected abstract SecretStore Open();

    [Theory]
    [InlineData("pln_0123456789")]
    [InlineData("")]
    [InlineData("ä€😀\0\r\n\"<&>")]
    public async Task What_one_instance_sets_another_gets(string value)
    {
        await Open().SetAsync("token-0123abc", value, Cancel);

        Assert.Equal(value, await Open().GetAsync("token-0123abc", Cancel));
    }

    [Fact]
    public async Task The_longest_value_fits_and_a_longer_one_is_refused_without_being_told()
    {
        var store = Open();
        var longest = new string('x', SecretStore.MaxValue);
        await store.SetAsync("longest", longest, Cancel);

        var error = await Assert.ThrowsAsync<ArgumentException>(() => store.SetAsync("longer", longest + "x", Cancel));

        Assert.Equal(longest, await store.GetAsync("longest", Cancel));
        Assert.Null(await store.GetAsync("longer", Cancel));
        Assert.DoesNotContain("xxx", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_never_set_is_null_and_deleting_it_is_fine()
    {
        var store = Open();

        await store.DeleteAsync("nothing", Cancel);

        Assert.Null(await store.GetAsync("nothing", Cancel));
        Assert.Empty(await store.ListAsync("", Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task What_is_deleted_is_gone_for_all_and_may_be_deleted_again()
    {
        var (store, other) = (Open(), Open());
        await store.SetAsync("token-1", "a", Cancel);
        await store.SetAsync("token-2", "b", Cancel);

        await store.DeleteAsync("token-1", Cancel);
        await other.DeleteAsync("token-1", Cancel);

        Assert.Null(await other.GetAsync("token-1", Cancel));
        Assert.Equal(["token-2"], await other.ListAsync("token-", Cancel).Select(secret => secret.Name).ToListAsync(Cancel));
    }

    [Fact]
    public async Task A_list_has_what_begins_with_the_prefix_and_when_it_was_set()
    {
        var (store, before) = (Open(), TimeProvider.System.GetUtcNow());
        var names = Enumerable.Range(0, 60).Select(i => $"token-{i:00}").ToArray();
        await Parallel.ForEachAsync(names.Append("page-1"), Cancel, async (name, cancel) => await store.SetAsync(name, name, cancel));

        var listed = await Open().ListAsync("token-", Cancel).ToListAsync(Cancel);

        Assert.Equal(names, listed.Select(secret => secret.Name).Order());
        Assert.All(listed, secret => Assert.InRange(secret.CreatedAt, before.AddSeconds(-2), before.AddMinutes(1)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("tok_1")]
    [InlineData("Token")]
    [InlineData("../token")]
    [InlineData(".keys")]
    [InlineData(
        "a123456789b123456789c123456789d123456789e123456789f123456789g123456789h123456789i123456789j123456789k123456789l123456789m1234567")]
    public async Task What_cannot_be_a_name_is_refused(string name)
    {
        var store = Open();

        var error = await Assert.ThrowsAsync<ArgumentException>(() => store.SetAsync(name, "the value", Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => store.GetAsync(name, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => store.DeleteAsync(name, Cancel));
        Assert.DoesNotContain("the value", error.ToString(), StringComparison.Ordinal);
    }
}
