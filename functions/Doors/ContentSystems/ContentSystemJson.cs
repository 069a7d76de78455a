using System.Text.Json.Serialization;
using Planable.Platform.Hosting;
using Planable.Platform.Http;

namespace Planable.Doors.ContentSystems;

/// <summary>JSON of connections with content systems in the API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(NewContentConnection))]
[JsonSerializable(typeof(ContentConnectionChange))]
[JsonSerializable(typeof(NewContentSecret))]
[JsonSerializable(typeof(FetchedChanges))]
[JsonSerializable(typeof(Data<ContentConnectionResponse>))]
[JsonSerializable(typeof(Items<ContentConnectionResponse>))]
[JsonSerializable(typeof(Data<ContentConnectionSecret>))]
[JsonSerializable(typeof(Items<ContentDeliveryResponse>))]
[JsonSerializable(typeof(Data<ContentDeliveryResponse>))]
sealed partial class ContentSystemApiJson : JsonSerializerContext;

/// <summary>JSON of stored connections, deliveries and entries. Only add fields: documents stored earlier must stay readable.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ContentConnection))]
[JsonSerializable(typeof(ContentDelivery))]
[JsonSerializable(typeof(EntryRecord))]
[JsonSerializable(typeof(EntryEvent[]))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(Message<ContentDeliveryJob>))]
sealed partial class ContentSystemStoredJson : JsonSerializerContext;
