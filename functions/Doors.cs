using Planable.Doors.ContentSystems;
using Planable.Doors.Mail;
using Planable.Doors.Mcp;
using Planable.Doors.OAuth;
using Planable.Doors.Webhooks;

namespace Planable;

/// <summary>The other ways in and out.</summary>
static class DoorServices
{
    public static IServiceCollection AddDoors(this IServiceCollection services, IConfiguration configuration) =>
        services.AddWebhooks(configuration).AddContentSystems().AddMail(configuration).AddOAuth()
            .AddMcp(configuration);

    /// <param name="api">For what is part of the API.</param>
    public static void MapDoors(this IEndpointRouteBuilder routes, IEndpointRouteBuilder api)
    {
        api.MapWebhooks();
        api.MapEvents();
        api.MapContentSystems();
        routes.MapContentHooks();
        routes.MapUnsubscribe();
        routes.MapOAuth();
        routes.MapMcp();
    }
}
