using System.Text.Json.Serialization;
using Planable.Platform.Hosting;
using Planable.Platform.Http;

namespace Planable.Doors.Webhooks;

/// <summary>JSON of webhooks and events in the API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(NewWebhook))]
[JsonSerializable(typeof(WebhookChange))]
[JsonSerializable(typeof(NewReplay))]
[JsonSerializable(typeof(Data<WebhookResponse>))]
[JsonSerializable(typeof(Data<SignedWebhook>))]
[JsonSerializable(typeof(Items<WebhookResponse>))]
[JsonSerializable(typeof(Data<DeliveryResponse>))]
[JsonSerializable(typeof(Data<DeliveryDetails>))]
[JsonSerializable(typeof(PagedItems<DeliveryResponse>))]
[JsonSerializable(typeof(EventPage))]
[JsonSerializable(typeof(EventResponse))]
sealed partial class WebhookApiJson : JsonSerializerContext;

/// <summary>JSON of stored webhooks and deliveries. Only add fields: documents stored earlier must stay readable.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Webhook))]
[JsonSerializable(typeof(Delivery))]
[JsonSerializable(typeof(WebhookHealth))]
[JsonSerializable(typeof(Message<DeliveryJob>))]
sealed partial class WebhookStoredJson : JsonSerializerContext;
