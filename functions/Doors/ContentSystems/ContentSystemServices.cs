using Planable.Company.Workspaces;
using Planable.Platform.Http;
using Planable.Platform.Secrets;
using Planable.Work;

namespace Planable.Doors.ContentSystems;

static class ContentSystemServices
{
    /// <summary>The most connections whose changes a run of the timer has fetched.</summary>
    const int MostFetchesOfRun = 200;

    public static IServiceCollection AddContentSystems(this IServiceCollection services) => services
        .AddRememberedSecrets().AddApiJson(ContentSystemApiJson.Default)
        .AddJobQueue(Queues.ContentDeliveries, () => ContentSystemStoredJson.Default.MessageContentDeliveryJob)
        .AddSingleton<ConnectionStore>().AddSingleton<ConnectionSecrets>().AddSingleton<ContentDeliveryStore>().AddSingleton<EntryStore>()
        .AddSingleton<EntryPosts>().AddSingleton<HandleContentDelivery>().AddSingleton<ContentReader>()
        .AddSingleton<FetchChanges>().AddDueHandler<FetchChanges>(FetchChanges.Kind, MostFetchesOfRun)
        .AddSingleton<ContentConnections>().AddSingleton<IWorkspaceData>(provider => provider.GetRequiredService<ContentConnections>())
        .AddEventHandler<ContentConnections>(ContentConnections.SecretChanged)
        .AddEventHandler<ContentConnections>(ContentConnections.Deleted);

    public static void MapContentSystems(this IEndpointRouteBuilder api)
    {
        api.MapContentConnections();
        api.MapContentDeliveries();
    }
}
