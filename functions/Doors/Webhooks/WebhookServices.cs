using Planable.Content.Events;
using Planable.Platform.Http;
using Planable.Platform.Secrets;
using Planable.Work;

namespace Planable.Doors.Webhooks;

static class WebhookServices
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services, IConfiguration configuration) => services
        .AddRememberedSecrets().AddSingleton(WebhookSettings.Read(configuration)).AddApiJson(WebhookApiJson.Default)
        .AddJobQueue(Queues.WebhookDeliveries, () => WebhookStoredJson.Default.MessageDeliveryJob)
        .AddSingleton<WebhookStore>().AddSingleton<WebhookChanges>().AddSingleton<DeliveryStore>().AddSingleton<EventViews>()
        .AddSingleton<WebhookSender>().AddSingleton<Redelivery>().AddSingleton<FanOut>().AddEventHandler<FanOut>(EventLog.Logged)
        .AddSingleton<DeliverEvents>().AddDueHandler<DeliverEvents>(DeliverEvents.Kind)
        .AddSingleton<WebhookSettlement>().AddEventHandler<WebhookSettlement>(WebhookSettlement.SecretMade)
        .AddEventHandler<WebhookSettlement>(WebhookSettlement.Deleted).AddEventHandler<WebhookSettlement>(WebhookSettlement.Waiting)
        .AddEventHandler<WebhookSettlement>(WebhookSettlement.Replayed);
}
