using Planable.Company.Workspaces;
using Planable.Platform.Http;
using Planable.Work;

namespace Planable.Content.Media;

static class MediaServices
{
    /// <summary>Maximum imports per run of the timer.</summary>
    const int MostARun = 1_000;

    public static IServiceCollection AddMedia(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(MediaSettings.Read(configuration)).AddApiJson(MediaApiJson.Default)
        .AddJobQueue(Queues.Media, () => MediaStoredJson.Default.MessageMediaJob)
        .AddSingleton<MediaBlobs>().AddSingleton<IWorkspaceData>(provider => provider.GetRequiredService<MediaBlobs>())
        .AddSingleton<MediaLinks>().AddSingleton<MediaStore>().AddSingleton<MediaImports>().AddSingleton<MediaSettlement>()
        .AddSingleton<FileStorage>().AddSingleton<FileBuffers>().AddSingleton<MediaSweep>().AddSingleton<IngestMedia>()
        .AddSingleton<MediaRemoval>().AddEventHandler<MediaRemoval>(MediaRemoval.Removed)
        .AddSingleton<ImportDispatcher>().AddEventHandler<ImportDispatcher>(ImportDispatcher.Imported)
        .AddDueHandler<ImportDispatcher>(ImportDispatcher.Kind, MostARun);
}
