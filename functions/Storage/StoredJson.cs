using System.Text.Json.Serialization;
using Planable.Activity;
using Planable.Companies;
using Planable.Hosting;
using Planable.Labels;
using Planable.Media;
using Planable.Metrics;
using Planable.Pages;
using Planable.Posts;
using Planable.Publishing;
using Planable.Tokens;
using Planable.Usage;

namespace Planable.Storage;

/// <summary>Documents as they lie in storage: change them as one changes a schema, by adding.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Company))]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(Workspace))]
[JsonSerializable(typeof(Token[]))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(Binding))]
[JsonSerializable(typeof(Page))]
[JsonSerializable(typeof(Label))]
[JsonSerializable(typeof(Campaign))]
[JsonSerializable(typeof(Post))]
[JsonSerializable(typeof(Comment))]
[JsonSerializable(typeof(MediaItem))]
[JsonSerializable(typeof(StoredFile))]
[JsonSerializable(typeof(ActivityEntry))]
[JsonSerializable(typeof(Counters))]
[JsonSerializable(typeof(Slots))]
[JsonSerializable(typeof(DayOfUse))]
[JsonSerializable(typeof(FollowUp[]))]
[JsonSerializable(typeof(Message<CommitJob>))]
[JsonSerializable(typeof(PublishAttempt))]
[JsonSerializable(typeof(Message<PublishJob>))]
[JsonSerializable(typeof(PageSnapshot))]
[JsonSerializable(typeof(PostSnapshot))]
[JsonSerializable(typeof(SyncState))]
[JsonSerializable(typeof(SyncStart))]
[JsonSerializable(typeof(Message<SyncJob>))]
[JsonSerializable(typeof(Message<MediaJob>))]
sealed partial class StoredJson : JsonSerializerContext;
