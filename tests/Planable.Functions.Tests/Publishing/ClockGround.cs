using Microsoft.Extensions.DependencyInjection;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Functions.Tests.Hosting;
using Planable.Networks;
using Planable.Networks.Publishing;

namespace Planable.Functions.Tests.Publishing;

/// <summary>An instance as in production, but for its clock, which the test moves, and its network, which does as told.</summary>
public sealed class ClockGround : OwnStorageGround
{
    internal RecordedTime Time { get; } = new(new(2040, 1, 1, 0, 0, 0, TimeSpan.Zero));

    internal ToldNetwork Network { get; } = new();

    internal DateTimeOffset Now => Time.GetUtcNow();

    private protected override App Start() => App.Start(
        ConnectionString,
        services => services.AddSingleton<TimeProvider>(Time).AddKeyedSingleton<IPublisher>(Platforms.Sandbox, Network),
        App.CallsOnly);

    /// <summary>A post that is due, and whatever else it is.</summary>
    internal async Task<Post> DueAsync(TestCompany company, Func<Post, Post>? change = null)
    {
        var due = company.StoredPost("Hello", Now) with { ScheduledAt = Now, ScheduledSet = true };
        var post = change?.Invoke(due) ?? due;
        await App.Get<PostCreation>().ImportAsync(company.Workspaces[0].Key, [post], Now, Cancel);
        return post;
    }

    /// <summary>Looks at a post, as whoever takes its message.</summary>
    internal async Task<NextCheck> AdvanceAsync(Post post) =>
        await App.Get<PostPublisher>().AdvanceAsync((await ReadAsync(post))!, Cancel);

    internal async Task<Post> StoredAsync(Post post) => (await ReadAsync(post))!.Post;

    internal async Task<PublishAttempt> AttemptAsync(Post post) =>
        await App.Get<AttemptStore>().ListAsync(new(post.Workspace, post.Key), Cancel).FirstAsync(Cancel);

    internal async Task<Page> PageAsync(Post post) => (await App.Get<PageStore>().FindAsync(new(post.Workspace, post.Page), Cancel))!;

    Task<StoredPost?> ReadAsync(Post post) => App.Get<PostStore>().ReadAsync(new(post.Workspace, post.Key), Cancel);
}

/// <summary>A network that does as a test says.</summary>
sealed class ToldNetwork : IPublisher
{
    /// <summary>What comes of publishing, given what is to be awaited before it is sent.</summary>
    public Func<Sending, Task<NetworkAnswer>> Publish { get; set; } = async sending =>
    {
        await sending();
        return NetworkAnswer.Done("remote", null);
    };

    /// <summary>What it says of an attempt that it did not answer.</summary>
    public NetworkAnswer Found { get; set; } = new(NetworkVerdict.NotNow);

    public int Asked { get; private set; }

    /// <summary>Answers so from now on, without sending anything.</summary>
    public void Answers(NetworkAnswer answer) => Publish = _ => Task.FromResult(answer);

    public Task<NetworkAnswer> PublishAsync(Publication publication, Sending sending, CancellationToken cancel) => Publish(sending);

    public Task<NetworkAnswer> FindAsync(Publication publication, CancellationToken cancel)
    {
        Asked++;
        return Task.FromResult(Found);
    }

    public Task<NetworkAnswer> CommentAsync(Publication publication, string remoteId, string text, CancellationToken cancel) =>
        Task.FromResult(NetworkAnswer.Done(remoteId, null));
}
