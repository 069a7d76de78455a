using Planable.Company.Workspaces;
using Planable.Content.Activity;
using Planable.Content.Campaigns;
using Planable.Content.Media;
using Planable.Platform.Http;
using Planable.Work;

namespace Planable.Content.Posts;

static class PostServices
{
    public static IServiceCollection AddPosts(this IServiceCollection services) => services.AddApiJson(PostApiJson.Default)
        .AddSingleton<PostStore>().AddSingleton<PostLists>().AddSingleton<PostReferences>()
        .AddSingleton<PostCreation>().AddSingleton<PostEditor>().AddSingleton<PostDecisions>()
        .AddSingleton<PostDeletion>().AddSingleton<PostSharing>().AddSingleton<ActivityFeed>().AddSingleton<IMediaUses, PostMediaUses>()
        .AddSingleton<IWorkspaceData, PostScheduleRemoval>()
        .AddSingleton<FreeSlots>().AddEventHandler<FreeSlots>(FreeSlots.SlotsTaken)
        .AddSingleton<PostReorder>().AddEventHandler<PostReorder>(PostReorder.Reordered)
        .AddSingleton<PostComments>().AddEventHandler<PostComments>(PostDeletion.Deleted)
        .AddSingleton<CampaignDetachment>().AddEventHandler<CampaignDetachment>(CampaignDeletion.Deleted);
}
