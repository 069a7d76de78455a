using Planable.Hosting;

namespace Planable.Publishing;

static class PublishingServices
{
    public static IServiceCollection AddPublishing(this IServiceCollection services) => services
        .AddSingleton<PublishQueue>().AddSingleton<AttemptStore>().AddSingleton<AttemptOutcome>().AddSingleton<PostPublisher>()
        .AddKeyedSingleton<ITimerFunction, PublishDuePosts>("PublishDuePosts")
        .AddKeyedSingleton<IQueueFunction, PublishPost>("PublishPost");
}
