using System.Text.Json.Serialization;
using Planable.Platform.Hosting;
using Planable.Platform.Http;

namespace Planable.Content.Media;

/// <summary>JSON of media in the API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(NewMediaImport))]
[JsonSerializable(typeof(Items<AcceptedMedia>))]
[JsonSerializable(typeof(Data<AcceptedMedia>))]
[JsonSerializable(typeof(NewUpload))]
[JsonSerializable(typeof(Data<UploadResponse>))]
[JsonSerializable(typeof(Data<MediaResponse>))]
[JsonSerializable(typeof(CursorItems<MediaResponse>))]
sealed partial class MediaApiJson : JsonSerializerContext;

/// <summary>JSON of stored media. Only add fields: documents stored earlier must stay readable.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(MediaItem))]
[JsonSerializable(typeof(StoredFile))]
[JsonSerializable(typeof(Message<MediaJob>))]
sealed partial class MediaStoredJson : JsonSerializerContext;
