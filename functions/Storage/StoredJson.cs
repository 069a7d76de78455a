using System.Text.Json.Serialization;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Company.Labels;
using Planable.Company.People;
using Planable.Company.Tokens;
using Planable.Company.Usage;
using Planable.Content.Activity;
using Planable.Content.Campaigns;
using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Networks.Metrics;
using Planable.Networks.Publishing;
using Planable.Platform.Hosting;
using Planable.Work;

namespace Planable.Storage;

/// <summary>Documents as they lie in storage: change them as one changes a schema, by adding.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(CompanyProfile))]
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
