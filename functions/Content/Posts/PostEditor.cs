using System.Text.Json.Serialization.Metadata;
using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Content.Activity;
using Planable.Content.Campaigns;
using Planable.Content.Events;
using Planable.Content.Media;
using Planable.Content.Pages;
using Planable.Content.Stories;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Content.Posts;

/// <summary>A post and its version.</summary>
sealed record EditedPost(PostResponse Post, string ETag);

/// <summary>Changes posts. A change commits in one transaction with its counters, index rows and activity entries.</summary>
sealed class PostEditor(
    Tables tables, Outbox outbox, PostStore posts, PostReferences references, PageStore pages, DueIndex due, MediaImports imports,
    EventLog events, TimeProvider time)
{
    /// <summary>
    /// Edits a post. Shared changes also apply to the other posts of a synced group for which <see cref="Post.Follows"/>
    /// holds.
    /// </summary>
    public Task<Outcome<EditedPost>> EditAsync(
        Id id, Workspace workspace, Caller caller, PostEdit wanted, IfMatch match, OperationId operation, CancellationToken cancel)
    {
        var (activityId, approvalActivityId, now) = (Ids.NewKey(time), Ids.NewKey(time), time.GetUtcNow());
        var rules = new ApprovalRules(workspace.ApprovalSettings, now);
        var media = imports.Plan(id.Partition, wanted.MediaSources, Ids.GroupOf(id.Key));
        var told = EventDraft.Of(caller, id.Partition, time, wanted.Notify ?? true);
        var isFirst = true;
        return outbox.CommitAsync(
            tables.Content, id.Partition, operation, PostApiJson.Default.EditedPost, PrepareAsync, cancel,
            [.. media.Events, .. told.Announced]);

        async Task<Outcome<Commit<EditedPost>>> PrepareAsync()
        {
            var head = wanted.TeamOnly is null ? null : pages.CountersAsync(id.Partition, cancel);
            // The transaction checks that the campaign exists. Only after a failed attempt the campaign is read, to report it.
            var referred = references.ResolveReferencesAsync(
                id.Partition, wanted.Labels, wanted.CampaignId, isCampaignChecked: !isFirst, cancel);
            var scheduled = isFirst && DueAt() is { } dueAt ? due.AddPostsAsync(id.Partition, id.Key, dueAt, cancel) : Task.CompletedTask;
            isFirst = false;
            var group = await posts.GroupAsync(id, cancel);
            await scheduled;
            var counters = head is null ? null : await head;
            var (labels, missing) = await referred;
            var (approver, approverProblem) = wanted.Approved is null ? default : await caller.ApproverAsync(wanted.ApprovedBy, cancel);
            if (group.Find(one => one.Post.Key == id.Key) is not { Post: { } post } found || !caller.Sees(post))
            {
                return Problems.NotFound("post");
            }
            if (post.IsStory)
            {
                media.Accept(Story.Kinds);
                missing ??= wanted.Media is { Length: not 1 }
                    ? Problems.Invalid("media", "A story frame must have exactly one file.") : null;
            }
            if ((match.Check(post.ETag) ?? missing ?? approverProblem) is { } problem)
            {
                return problem;
            }
            var (batch, unresolved) = await imports.ResolveAsync(media, caller, cancel);
            if (unresolved is not null)
            {
                return unresolved;
            }
            var (edited, refusal) = wanted.Edit(post, rules, labels!, batch!, approver);
            if (edited is null)
            {
                return Refused(post, wanted.ApplyOwn(wanted.ApplyShared(post, labels!, batch!)));
            }
            if (wanted.Pinterest is not null && edited.Pinterest is null)
            {
                return Problems.Invalid("pinterest.boardId", "Is required.");
            }
            List<PostChange> changes = [new(found.ETag, post, edited)];
            foreach (var (other, version) in group.Where(one => one.Post.Key != id.Key && one.Post.Follows(post) && caller.Sees(one.Post)))
            {
                (var followed, refusal) = wanted.Follow(other, edited, rules, labels!, batch!);
                if (followed is null)
                {
                    return Refused(other, wanted.ApplyToSibling(other, labels!, batch!));
                }
                changes.Add(new(version, other, followed));
            }
            if (changes.Select(change => caller.CheckPublish(change.Before, change.After)).FirstOrDefault(lacks => lacks is not null)
                is { } forbidden)
            {
                return forbidden;
            }
            if (changes.Where(change => change.MustBeValid).SelectMany(change => PostValidator.Faults(change.After))
                .Distinct().ToArray() is { Length: > 0 } faults)
            {
                return Problems.Invalid(faults);
            }
            PostChange[] changed = [.. changes.Where(change => change.Fields.Length > 0).Select(change => change.Raised(now))];
            var written = edited.TeamOnly == post.TeamOnly || post.GroupPages is null ? changed
                : PostChange.WithTeamPages(group, changed, now);
            var after = Array.Find(written, change => change.Before == post)?.After ?? post;
            return imports.With(new Commit<EditedPost>(
                new(PostResponse.Of(after, workspace, caller), after.ETag),
                [
                    .. PostStore.Written(group.Select(one => new PostWrite(
                        one, Array.Find(written, change => change.Before == one.Post)?.After ?? one.Post))),
                    .. Activities(changed), .. told.Row(changed.SelectMany(PostEvents.OfEdit)),
                    .. wanted.IsAssigned ? Campaign.MustExist(id.Partition, edited.Campaign) : [],
                    .. edited.TeamOnly == post.TeamOnly ? []
                        : (TableTransactionAction[])[counters!.Action(counters.Hidden(edited.TeamOnly))],
                ]), batch!, cancel);

            Problem Refused(Post before, Post rewritten) =>
                refusal!.Value.Problem(wanted.ApprovedBy is not null, content: PostChange.Content(before, rewritten));
        }

        // When the due entry must check whether to publish: at the given date; without one at once, because the post's own date is not read
        // yet.
        DateTimeOffset? DueAt() => wanted is { PublishAtScheduledDate: false, Approved: not true } ? null
            : wanted.ScheduledAt is { } date ? date < now - ApprovalRules.Grace ? null : date
            : rules.MaySchedule(wanted.PublishAtScheduledDate, wanted.Approved) ? now : null;

        IEnumerable<TableTransactionAction> Activities(PostChange[] changed)
        {
            var approved = Array.Exists(changed, change => change.IsApproval);
            string[] fields = [.. changed.SelectMany(change => change.Fields).Where(field => !approved || field != "approved").Distinct()];
            if (fields.Length > 0)
            {
                yield return ActivityFeed.Row(
                    id.Partition, caller, activityId, now, PostAction.UPDATED,
                    [.. changed.Select(change => change.Before.Key)], wanted.Notify ?? true, fields);
            }
            if (approved)
            {
                yield return ActivityFeed.Row(
                    id.Partition, caller, approvalActivityId, now, PostAction.APPROVED, [id.Key], wanted.Notify ?? true);
            }
        }
    }

    /// <summary>Applies <paramref name="decide"/> to a post and records it in the feed as <paramref name="action"/>.</summary>
    /// <param name="answer">Makes the answer from the changed post.</param>
    /// <param name="note">The caller's note or reason.</param>
    /// <param name="publish">Whether the decision schedules the post.</param>
    public Task<Outcome<T>> DecideAsync<T>(
        Id id, Workspace workspace, Caller caller, PostAction action, string? note,
        IfMatch match, OperationId operation, JsonTypeInfo<T> type,
        Func<Post, ApprovalRules, Task<Outcome<Post>>> decide, Func<Post, ApprovalRules, T> answer, CancellationToken cancel,
        bool publish = false)
    {
        var (activityId, now) = (Ids.NewKey(time), time.GetUtcNow());
        var rules = new ApprovalRules(workspace.ApprovalSettings, now);
        var told = EventDraft.Of(caller, id.Partition, time, isAlwaysTold: events.IsAlwaysTold(PostEvents.TypeOf(action)));
        return outbox.CommitAsync(tables.Content, id.Partition, operation, type, PrepareAsync, cancel, told.Announced);

        async Task<Outcome<Commit<T>>> PrepareAsync()
        {
            var scheduled = rules.MaySchedule(publish, action is PostAction.APPROVED)
                ? due.AddPostsAsync(id.Partition, id.Key, now, cancel) : Task.CompletedTask;
            var group = await posts.GroupAsync(id, cancel);
            await scheduled;
            if (group.Find(one => one.Post.Key == id.Key) is not { Post: { } post } found || !caller.Sees(post))
            {
                return Problems.NotFound("post");
            }
            if (match.Check(post.ETag) is { } mismatch)
            {
                return mismatch;
            }
            var (decided, problem) = await decide(post, rules);
            if ((problem ?? caller.CheckPublish(post, decided)) is { } refused)
            {
                return refused;
            }
            if (ReferenceEquals(decided, post))
            {
                return new Commit<T>(answer(post, rules), []);
            }
            var change = new PostChange(found.ETag, post, decided!).Raised(now);
            if (change.MustBeValid && PostValidator.Faults(change.After).ToArray() is { Length: > 0 } faults)
            {
                return Problems.Invalid(faults);
            }
            return new Commit<T>(
                answer(change.After, rules), [.. PostStore.Changed(group, found, change.After),
                    ActivityFeed.Row(id.Partition, caller, activityId, now, action, [id.Key], note: note),
                    .. told.Row(PostEvents.OfDecision(change, action))]);
        }
    }
}
