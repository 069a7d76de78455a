using Planable.Content.Posts;
using Planable.Platform.Http;
using Planable.Work;

namespace Planable.Networks.Publishing;

static class PublishingServices
{
    public static IServiceCollection AddPublishing(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(PublishingSettings.Read(configuration)).AddApiJson(PublishingApiJson.Default)
        .AddJobQueue(Queues.PublishPosts, () => PublishingStoredJson.Default.MessagePublishJob)
        .AddSingleton<AttemptStore>().AddSingleton<AttemptOutcome>().AddSingleton<PostPublisher>().AddSingleton<GroupOutcome>()
        .AddSingleton<PublishPost>().AddSingleton<FirstComments>()
        .AddSingleton<PublishDuePosts>().AddDueHandler<PublishDuePosts>(PostSchedule.Kind)
        .AddEventHandler<AttemptStore>(PostDeletion.Deleted);
}
