using Planable.Hosting;
using Planable.Storage;

namespace Planable.Media;

static class MediaServices
{
    public static IServiceCollection AddMedia(this IServiceCollection services) => services
        .AddSingleton<MediaBlobs>().AddSingleton<MediaLinks>().AddSingleton<MediaStore>().AddSingleton<MediaImports>().AddSingleton<MediaRemoval>()
        .AddSingleton<MediaSettlement>().AddSingleton<FileStorage>().AddSingleton<FileBuffers>().AddSingleton<MediaSweep>()
        .AddKeyedSingleton<IFollowUp>(MediaImports.Kind, (provider, _) => provider.GetRequiredService<MediaImports>())
        .AddKeyedSingleton<IFollowUp>(MediaRemoval.Kind, (provider, _) => provider.GetRequiredService<MediaRemoval>())
        .AddKeyedSingleton<IQueueFunction, IngestMedia>(IngestMedia.Function)
        .AddKeyedSingleton<ITimerFunction>(MediaImports.Timer, (provider, _) => provider.GetRequiredService<MediaImports>())
        .AddKeyedSingleton<ITimerFunction>(MediaSweep.Timer, (provider, _) => provider.GetRequiredService<MediaSweep>());
}
