using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Planable.Content.Media;
using Planable.Functions.Tests.Hosting;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Media;

/// <summary>A worker's hold of a piece of media, by a clock that the test moves.</summary>
public sealed class MediaLeaseTests(AzuriteFixture fixture)
{
    static readonly DateTimeOffset Start = new(2040, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly TimeSpan Length = TimeSpan.FromSeconds(60), Third = TimeSpan.FromSeconds(20), Soon = TimeSpan.FromSeconds(30);

    readonly RecordedTime _time = new(Start);
    readonly string _workspace = Ids.NewWorkspaceKey(Ids.NewCompanyKey()), _own = Ids.NewKey(TimeProvider.System);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    Tables Tables => fixture.App.Get<Tables>();

    [Theory]
    [InlineData(60, 20)]
    [InlineData(90, 30)]
    public async Task It_is_renewed_each_third_of_its_length_for_all_of_it(int seconds, int third)
    {
        var (length, wait) = (TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(third));
        await using var lease = await TakeAsync(length);
        Assert.Equal((1, true, Start + length), await StoredAsync());
        Assert.Equal(1, _time.Waits(wait));

        for (var renewals = 1; renewals <= 4; renewals++)
        {
            _time.Advance(wait);
            await Eventually.TrueAsync(() => _time.Waits(wait) == renewals + 1, "it is renewed", Soon);

            Assert.Equal((1, true, Start + (renewals * wait) + length), await StoredAsync());
            Assert.Equal((await RowAsync()).Row.ETag, lease.ETag);
        }
        Assert.False(lease.Lost.IsCancellationRequested);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_finds_it_changed_or_deleted_has_lost_it_and_renews_it_no_more(bool isDeleted)
    {
        await using var lease = await TakeAsync(Length);
        var (content, row) = (Tables.Content, MediaStore.Prefix + _own);
        await (isDeleted ? (Task)content.DeleteEntityAsync(_workspace, row, cancellationToken: Cancel)
            : content.ChangeAsync(_workspace, row, MediaStoredJson.Default.MediaItem, item => item! with { Attempts = 7 }, Cancel));
        Assert.False(lease.Lost.IsCancellationRequested);

        _time.Advance(Third);
        await Eventually.TrueAsync(() => lease.Lost.IsCancellationRequested, "it is lost", Soon);
        _time.Advance(Length);

        Assert.Equal(1, _time.Waits(Third));
        Assert.False(await lease.ReleaseAsync(TimeSpan.Zero, Cancel));
        Assert.Equal(isDeleted ? null : 7, (await fixture.App.Get<MediaStore>().RowAsync(_workspace, _own, Cancel))?.Item.Attempts);
    }

    [Fact]
    public async Task A_renewal_that_storage_does_not_take_loses_nothing_and_the_next_makes_up_for_it()
    {
        var away = new Away();
        await using var app = App.Start(
            fixture.ConnectionString, services => services.AddSingleton<HttpPipelinePolicy>(away), App.CallsOnly);
        await using var lease = await TakeAsync(Length, app.Get<Tables>());

        away.IsAway = true;
        _time.Advance(Third);
        await Eventually.TrueAsync(() => _time.Waits(Third) == 2, "the first renewal is over", Soon);
        Assert.Equal((1, true, Start + Length), await StoredAsync());
        Assert.False(lease.Lost.IsCancellationRequested);

        away.IsAway = false;
        _time.Advance(Third);
        await Eventually.TrueAsync(() => _time.Waits(Third) == 3, "the second renewal is over", Soon);
        Assert.Equal((1, true, Start + (2 * Third) + Length), await StoredAsync());
    }

    [Fact]
    public async Task It_is_given_up_until_a_while_from_now_and_renewed_no_more()
    {
        await using var lease = await TakeAsync(Length);
        _time.Advance(TimeSpan.FromSeconds(7));

        Assert.True(await lease.ReleaseAsync(TimeSpan.FromMinutes(2), Cancel));
        _time.Advance(Length);

        Assert.Equal((1, false, Start.AddSeconds(7 + 120)), await StoredAsync());
        Assert.Equal(1, _time.Waits(Third));
    }

    [Fact]
    public async Task Of_two_who_read_the_same_row_one_takes_it()
    {
        await using var lease = await TakeAsync(Length);
        var (row, item) = await RowAsync();

        await using var next = await MediaLease.TakeAsync(Tables, row, item, Length, _time, Cancel);

        Assert.Null(await MediaLease.TakeAsync(Tables, row, item, Length, _time, Cancel));
        Assert.Equal(2, next!.Item.Attempts);
    }

    async Task<MediaLease> TakeAsync(TimeSpan length, Tables? tables = null)
    {
        var item = new MediaItem
        {
            Workspace = _workspace,
            Key = _own,
            Name = "a.png",
            CreatedAt = Start,
            Status = MediaStatus.processing,
            Due = Start,
        };
        await Tables.Content.AddEntityAsync(MediaStore.Row(item), Cancel);
        return (await MediaLease.TakeAsync(tables ?? Tables, (await RowAsync()).Row, item, length, _time, Cancel))!;
    }

    async Task<(TableEntity Row, MediaItem Item)> RowAsync() =>
        (await fixture.App.Get<MediaStore>().RowAsync(_workspace, _own, Cancel))!.Value;

    async Task<(int Attempts, bool IsLeased, DateTimeOffset Due)> StoredAsync() =>
        (await RowAsync()).Item is var item ? (item.Attempts, item.IsLeased, item.Due) : default;

    /// <summary>Storage that cannot be reached for a while.</summary>
    sealed class Away : HttpPipelinePolicy
    {
        public bool IsAway { get; set; }

        public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
            IsAway ? throw new RequestFailedException(503, "Storage is away.") : ProcessNextAsync(message, pipeline);

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}
