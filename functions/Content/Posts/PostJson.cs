using System.Text.Json.Serialization;
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

/// <summary>JSON of stored posts. Only add fields: documents stored earlier must stay readable.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Post))]
[JsonSerializable(typeof(PostState))]
[JsonSerializable(typeof(Comment))]
[JsonSerializable(typeof(Slots))]
sealed partial class PostStoredJson : JsonSerializerContext;
