using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Planable.Company.Labels;
using Planable.Company.Members;
using Planable.Company.Tokens;
using Planable.Company.Usage;
using Planable.Company.Workspaces;
using Planable.Content.Campaigns;
using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Content.Stories;
using Planable.Networks.Metrics;
using Planable.Networks.Publishing;

namespace Planable.Platform.Http;

/// <summary>The wire: camelCase, nothing for null unless a field is always there, numbers as numbers, dates in UTC.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = false, NumberHandling = JsonNumberHandling.Strict,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(IReadOnlyList<FieldError>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(PingResponse))]
[JsonSerializable(typeof(Done))]
[JsonSerializable(typeof(NewPost))]
[JsonSerializable(typeof(CreatedPosts))]
[JsonSerializable(typeof(NewPosts))]
[JsonSerializable(typeof(Data<BulkPosts>))]
[JsonSerializable(typeof(Data<PostValidation>))]
[JsonSerializable(typeof(NewOrder))]
[JsonSerializable(typeof(Data<ReorderedPosts>))]
[JsonSerializable(typeof(PagedItems<ActivityResponse>))]
[JsonSerializable(typeof(NewStory))]
[JsonSerializable(typeof(CreatedStory))]
[JsonSerializable(typeof(PostEdit))]
[JsonSerializable(typeof(EditedPost))]
[JsonSerializable(typeof(NewApprovalRequest))]
[JsonSerializable(typeof(Data<RequestedApproval>))]
[JsonSerializable(typeof(Decision))]
[JsonSerializable(typeof(Data<PostResponse>))]
[JsonSerializable(typeof(CursorItems<PostResponse>))]
[JsonSerializable(typeof(Data<PostCounts>))]
[JsonSerializable(typeof(PagedItems<PublishAttemptResponse>))]
[JsonSerializable(typeof(NewComment))]
[JsonSerializable(typeof(CommentChange))]
[JsonSerializable(typeof(NewReaction))]
[JsonSerializable(typeof(Data<CommentResponse>))]
[JsonSerializable(typeof(PagedItems<CommentResponse>))]
[JsonSerializable(typeof(Data<CommentReactions>))]
[JsonSerializable(typeof(PagedItems<PageResponse>))]
[JsonSerializable(typeof(Data<ShareLink>))]
[JsonSerializable(typeof(NewCampaign))]
[JsonSerializable(typeof(CampaignChange))]
[JsonSerializable(typeof(Data<CampaignResponse>))]
[JsonSerializable(typeof(PagedItems<CampaignResponse>))]
[JsonSerializable(typeof(NewMediaImport))]
[JsonSerializable(typeof(Items<AcceptedMedia>))]
[JsonSerializable(typeof(Data<AcceptedMedia>))]
[JsonSerializable(typeof(NewUpload))]
[JsonSerializable(typeof(Data<UploadResponse>))]
[JsonSerializable(typeof(Data<MediaResponse>))]
[JsonSerializable(typeof(PagedItems<MediaResponse>))]
[JsonSerializable(typeof(NewLabel))]
[JsonSerializable(typeof(Data<LabelResponse>))]
[JsonSerializable(typeof(Items<LabelResponse>))]
[JsonSerializable(typeof(Items<MemberResponse>))]
[JsonSerializable(typeof(NewWorkspace))]
[JsonSerializable(typeof(WorkspaceEdit))]
[JsonSerializable(typeof(Data<WorkspaceResponse>))]
[JsonSerializable(typeof(Items<WorkspaceResponse>))]
[JsonSerializable(typeof(PagedItems<UsageResponse>))]
[JsonSerializable(typeof(PagedItems<PageMetricsResponse>))]
[JsonSerializable(typeof(Data<PageSyncResponse>))]
[JsonSerializable(typeof(Data<PageSyncStatus>))]
[JsonSerializable(typeof(Data<PostMetricsResponse>))]
[JsonSerializable(typeof(Data<PostSyncResponse>))]
[JsonSerializable(typeof(Data<PostSyncStatus>))]
[JsonSerializable(typeof(Data<MetricsSummary>))]
sealed partial class ApiJson : JsonSerializerContext;

/// <summary>Writes UTC with <c>Z</c> and milliseconds; reads any offset, and refuses a date-time that has none.</summary>
sealed class UtcConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        Rfc3339.TryRead(ref reader, out var value) ? value : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Text(value));

    public static string Text(DateTimeOffset value) => value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

/// <summary>Reads an enum by its exact names alone; the framework's converter takes <c>a, b</c> for a third value, and other cases.</summary>
public abstract class NameConverter<T> : JsonConverter<T> where T : struct, Enum
{
    static readonly Dictionary<string, T> Values = Enum.GetValues<T>().ToDictionary(JsonNames.Of, StringComparer.Ordinal);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String && Values.TryGetValue(reader.GetString()!, out var value) ? value : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(JsonNames.Of(value));
}

static class JsonExtensions
{
    public static IServiceCollection AddJson(this IServiceCollection services) => services.ConfigureHttpJsonOptions(json =>
    {
        var options = json.SerializerOptions;
        options.TypeInfoResolverChain.Insert(0, ApiJson.Default);
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Converters.Add(new UtcConverter());
        // Answers are application/json, never part of a page, so text need not be escaped for HTML.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
    });
}
