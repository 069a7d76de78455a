using Planable.Work;

namespace Planable.Content.Media;

static class MediaServices
{
    public static IServiceCollection AddMedia(this IServiceCollection services) => services
        .AddSingleton<MediaBlobs>().AddSingleton<MediaLinks>().AddSingleton<MediaStore>().AddSingleton<MediaImports>().AddSingleton<MediaRemoval>()
        .AddSingleton<MediaSettlement>().AddSingleton<FileStorage>().AddSingleton<FileBuffers>().AddSingleton<MediaSweep>()
        .AddKeyedSingleton<IFollowUp>(MediaImports.Kind, (provider, _) => provider.GetRequiredService<MediaImports>())
        .AddKeyedSingleton<IFollowUp>(MediaRemoval.Kind, (provider, _) => provider.GetRequiredService<MediaRemoval>())
        .AddSingleton<IngestMedia>();
}
