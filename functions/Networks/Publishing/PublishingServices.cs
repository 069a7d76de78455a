namespace Planable.Networks.Publishing;

static class PublishingServices
{
    public static IServiceCollection AddPublishing(this IServiceCollection services) => services
        .AddSingleton<PublishQueue>().AddSingleton<AttemptStore>().AddSingleton<AttemptOutcome>().AddSingleton<PostPublisher>()
        .AddSingleton<PublishDuePosts>().AddSingleton<PublishPost>();
}
