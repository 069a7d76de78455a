using Planable.Content.Posts;
using Planable.Platform.Http;
using Planable.Work;

namespace Planable.Networks.Publishing;

static class PublishingServices
{
    /// <summary>The most groups of posts that one run of the timer processes.</summary>
    const int MaxPerRun = 5_000;

    public static IServiceCollection AddPublishing(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(PublishingSettings.Read(configuration)).AddApiJson(PublishingApiJson.Default)
        .AddJobQueue(Queues.PublishPosts, PublishingStoredJson.Default.MessagePublishJob)
        .AddSingleton<AttemptStore>().AddSingleton<AttemptOutcome>().AddSingleton<PostPublisher>().AddSingleton<PublishPost>()
        .AddSingleton<PublishDuePosts>().AddDueHandler<PublishDuePosts>(PostSchedule.Kind, MaxPerRun)
        .AddEventHandler<AttemptStore>(PostDeletion.Deleted);
}
