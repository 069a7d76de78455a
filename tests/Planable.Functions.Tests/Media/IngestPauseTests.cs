using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Planable.Content.Media;
using Planable.Functions.Tests.Http;
using Planable.Storage;

namespace Planable.Functions.Tests.Media;

/// <summary>How long an import waits after an attempt that may do better next time, by a clock that stands still.</summary>
public sealed class IngestPauseTests(IngestPauseGround ground) : IClassFixture<IngestPauseGround>
{
    const int Samples = 12;

    static readonly int[] Pauses = [5, 30, 2 * 60, 10 * 60];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    DateTimeOffset Now => ground.Time.GetUtcNow();

    [Fact]
    public async Task After_each_attempt_it_waits_longer_and_up_to_a_tenth_more()
    {
        var company = await TestCompany.CreateAsync(ground.App);
        List<double> parts = [];
        foreach (var (index, pause) in Pauses.Index())
        {
            for (var sample = 0; sample < Samples; sample++)
            {
                var item = await TriedAsync(company, attempt: index + 1);
                Assert.Equal((index + 1, false, MediaStatus.processing), (item.Attempts, item.IsLeased, item.Status));
                parts.Add((item.Due - Now) / TimeSpan.FromSeconds(pause));
            }
        }

        Assert.All(parts, part => Assert.InRange(part, 1, 1.1));
        Assert.InRange(parts.Min(), 1, 1.03);
        Assert.InRange(parts.Max(), 1.07, 1.1);
    }

    [Theory]
    [InlineData(1, 7, 7, 7)]
    [InlineData(1, 3, 5, 5.5)]
    [InlineData(1, 1_799, 1_799, 1_799)]
    [InlineData(1, 1_800, 1_800, 1_800)]
    [InlineData(1, 1_801, 1_800, 1_800)]
    [InlineData(1, 86_400, 1_800, 1_800)]
    [InlineData(4, 721, 721, 721)]
    [InlineData(4, 599, 600, 660)]
    [InlineData(4, 1_801, 1_800, 1_800)]
    public async Task What_the_address_asks_for_is_waited_where_it_is_longer_and_half_an_hour_at_the_most(
        int attempt, int asked, double least, double most)
    {
        var company = await TestCompany.CreateAsync(ground.App);

        foreach (var after in new[] { asked.ToString(CultureInfo.InvariantCulture), Now.AddSeconds(asked).ToString("R") })
        {
            Assert.InRange(((await TriedAsync(company, attempt, after)).Due - Now).TotalSeconds, least, most);
        }
    }

    [Theory]
    [InlineData(4, null, 1)]
    [InlineData(5, "The address answered 503.", 1)]
    [InlineData(6, "It could not be processed.", 0)]
    public async Task The_fifth_attempt_is_the_last(int attempt, string? error, int asked)
    {
        var company = await TestCompany.CreateAsync(ground.App);
        var before = ground.Server.Requests.Count;

        var item = await TriedAsync(company, attempt);

        Assert.Equal(error, item.Error);
        Assert.Equal(error is null ? MediaStatus.processing : MediaStatus.error, item.Status);
        Assert.Equal(asked, ground.Server.Requests.Count - before);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task An_attempt_begins_once_it_is_due(long ticks, bool begins)
    {
        var company = await TestCompany.CreateAsync(ground.App);

        var item = await TriedAsync(company, attempt: 1, dueIn: ticks);

        Assert.Equal(begins ? 1 : 0, item.Attempts);
        Assert.Equal(begins, item.Due > Now.AddSeconds(1));
    }

    /// <summary>A piece of media once it was tried for this time.</summary>
    async Task<MediaItem> TriedAsync(TestCompany company, int attempt, string? retryAfter = null, long dueIn = 0)
    {
        var header = retryAfter is null ? "" : $"Retry-After: {retryAfter}\r\n";
        var answer = $"HTTP/1.1 503 Busy\r\n{header}Content-Length: 0\r\nConnection: close\r\n\r\n";
        var url = ground.Server.On($"/{Guid.NewGuid():N}.png", answer);
        var item = new MediaItem
        {
            Workspace = company.Workspaces[0].Key,
            Key = Ids.NewKey(ground.Time),
            Name = "a.png",
            CreatedAt = Now,
            Status = MediaStatus.processing,
            Source = url.AbsoluteUri,
            Attempts = attempt - 1,
            Due = Now.AddTicks(dueIn),
        };
        await ground.App.Get<Tables>().Content.AddEntityAsync(MediaStore.Row(item), Cancel);
        await ground.App.Get<IngestMedia>().RunAsync(new(item.Workspace, item.Key), Cancel);
        return (await ground.App.Get<MediaStore>().RowAsync(item.Workspace, item.Key, Cancel))!.Value.Item;
    }
}

/// <summary>An instance whose clock stands still, and a server to fetch from.</summary>
public sealed class IngestPauseGround : OwnStorageGround
{
    internal FakeTimeProvider Time { get; } = new(new(2040, 1, 1, 0, 0, 0, TimeSpan.Zero));

    internal LoopbackServer Server { get; } = new();

    public override ValueTask DisposeAsync()
    {
        Server.Dispose();
        return base.DisposeAsync();
    }

    private protected override App Start() => App.Start(
        ConnectionString, services => services.AddSingleton<TimeProvider>(Time), [.. App.CallsOnly, .. MediaGround.Settings]);
}
