using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Planable.Company.Companies;
using Planable.Content.Stories;
using Planable.Platform.Http;

namespace Planable.Content.Posts;

/// <summary>JSON of posts in the API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(NewPost))]
[JsonSerializable(typeof(CreatedPosts))]
[JsonSerializable(typeof(NewPosts))]
[JsonSerializable(typeof(Data<BulkPosts>))]
[JsonSerializable(typeof(Data<PostValidation>))]
[JsonSerializable(typeof(NewOrder))]
[JsonSerializable(typeof(Data<ReorderedPosts>))]
[JsonSerializable(typeof(PagedItems<ActivityResponse>))]
[JsonSerializable(typeof(PostEdit))]
[JsonSerializable(typeof(EditedPost))]
[JsonSerializable(typeof(NewApprovalRequest))]
[JsonSerializable(typeof(Data<RequestedApproval>))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(Data<PostResponse>))]
[JsonSerializable(typeof(CursorItems<PostResponse>))]
[JsonSerializable(typeof(Data<PostCounts>))]
[JsonSerializable(typeof(NewComment))]
[JsonSerializable(typeof(CommentChange))]
[JsonSerializable(typeof(NewReaction))]
[JsonSerializable(typeof(Data<CommentResponse>))]
[JsonSerializable(typeof(PagedItems<CommentResponse>))]
[JsonSerializable(typeof(Data<CommentReactions>))]
[JsonSerializable(typeof(Data<ShareLink>))]
sealed partial class PostApiJson : JsonSerializerContext;

/// <summary>Reads arrays that are mostly empty: the serializer's own converter allocates for an empty one, too.</summary>
sealed class ArrayConverter<T> : JsonConverter<T[]>
{
    public override T[] Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        List<T>? items = null;
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            (items ??= []).Add(JsonSerializer.Deserialize(ref reader, Of(options))!);
        }
        return items?.ToArray() ?? [];
    }

    public override void Write(Utf8JsonWriter writer, T[] value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var item in value)
        {
            JsonSerializer.Serialize(writer, item, Of(options));
        }
        writer.WriteEndArray();
    }

    static JsonTypeInfo<T> Of(JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
}

/// <summary>JSON of stored posts. Only add fields: documents stored earlier must stay readable.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true,
    Converters =
    [
        typeof(ArrayConverter<Approval>), typeof(ArrayConverter<Label>), typeof(ArrayConverter<Sticker>), typeof(ArrayConverter<PostMedia>),
    ])]
[JsonSerializable(typeof(Post))]
[JsonSerializable(typeof(Comment))]
[JsonSerializable(typeof(Slots))]
sealed partial class PostStoredJson : JsonSerializerContext;
