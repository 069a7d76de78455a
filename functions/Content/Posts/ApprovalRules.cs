using Planable.Company.Companies;

namespace Planable.Content.Posts;

/// <summary>Why a change to a post is refused.</summary>
enum Refusal
{
    Published,
    Publishing,
    Locked,
    NoDate,
    Past,
    Archived,
    NoApproval,
    NotAnApprover,
    UnknownLevel,
    LevelNotReached,
    ApprovedAlready,
}

/// <summary>The changed post, or why the change is refused.</summary>
readonly record struct Ruling(Post? Post, Refusal? Refusal)
{
    public static implicit operator Ruling(Post post) => new(post, null);

    public static implicit operator Ruling(Refusal refusal) => new(null, refusal);

    public Ruling Then(Func<Post, Ruling> next) => Post is null ? this : next(Post);
}

/// <summary>
/// Applies a workspace's current approval settings to a post. Approvals stay stored in the post; what they mean is computed from the
/// current settings on each call.
/// </summary>
sealed class ApprovalRules(ApprovalSettings settings, DateTimeOffset now)
{
    /// <summary>How far in the past a date may be and still be scheduled: clocks differ, and a request takes time to arrive.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    public ApprovalType Type => settings.Type!.Value;

    /// <summary>The levels, in order; empty unless the type is MULTIPLE.</summary>
    public IReadOnlyList<ApprovalLevel> Levels => Type is ApprovalType.MULTIPLE ? settings.ApprovalLevels ?? [] : [];

    /// <summary>How many levels are approved. A level counts only if all levels before it count, by the current order of levels.</summary>
    public int Completed(Post post) =>
        Levels.TakeWhile(level => Array.Exists(post.Approvals, approval => approval.LevelId == level.Id)).Count();

    /// <summary>The first level not approved yet; null if there is none.</summary>
    public ApprovalLevel? Current(Post post) => Levels.ElementAtOrDefault(Completed(post));

    public bool IsFullyApproved(Post post) => Type switch
    {
        ApprovalType.NONE => false,
        ApprovalType.MULTIPLE => Levels.Count > 0 && Completed(post) == Levels.Count,
        _ => post.Approvals.Length > 0,
    };

    /// <summary>Whether approval was requested and not given yet.</summary>
    public bool IsPending(Post post) =>
        Type is not ApprovalType.NONE && post.ApprovalRequest is { } request && !IsFullyApproved(post)
        && (Levels.Count == 0 || request.LevelId == Current(post)!.Id);

    public bool IsLocked(Post post) => settings.AutoLock is true && IsFullyApproved(post);

    /// <summary>Whether a request can schedule a post: directly, or by an approval that schedules it.</summary>
    public bool MaySchedule(bool? publish, bool? approved) => publish is true || (approved is true && settings.AutoSchedule is true);

    /// <summary>Whether a post has all approvals that it needs before publishing.</summary>
    public bool IsApprovedToPublish(Post post) => Type is ApprovalType.NONE or ApprovalType.OPTIONAL || IsFullyApproved(post);

    public static bool IsApprover(User user, Post post, ApprovalLevel? level) =>
        user.MayApprove(post.Workspace) && !(post.TeamOnly && user.Role is Role.CLIENT)
        && (level is null || level.IsOf(user.Id(post.Workspace[..8])));

    /// <summary>The post, unless it is published or being published.</summary>
    public static Ruling Editable(Post post) => post.Delivery switch
    {
        Delivery.Published => Refusal.Published,
        Delivery.Publishing => Refusal.Publishing,
        _ => post,
    };

    /// <summary>The post with new content, which withdraws the approvals: they were given for the old one.</summary>
    public Ruling Rewrite(Post post, Post rewritten) =>
        !PostChange.Content(post, rewritten).Any() ? rewritten
        : IsLocked(post) ? Refusal.Locked
        : post.Approvals.Length > 0 ? Withdraw(rewritten)
        : rewritten;

    /// <summary>
    /// The post with this date. <paramref name="publish"/> sets whether it is published then;
    /// null keeps the current setting.
    /// </summary>
    public Ruling Plan(Post post, DateTimeOffset? at, bool? publish)
    {
        var set = publish ?? (post.ScheduledSet && at is not null);
        var again = publish is true && post.Delivery is Delivery.Failed;
        if (!set)
        {
            return post with { ScheduledAt = at, ScheduledSet = false };
        }
        return at is null ? Refusal.NoDate
            : post.Archived ? Refusal.Archived
            : (again || !post.ScheduledSet || at != post.ScheduledAt) && IsPast(at.Value) ? Refusal.Past
            : post with
            {
                ScheduledAt = at,
                ScheduledSet = true,
                Delivery = again ? Delivery.None : post.Delivery,
                // A new date resets the publishing state, except after a failure: then the caller must ask for publishing again.
                Publishing = again
                    || (post.Delivery is not Delivery.Failed && (!post.ScheduledSet || at != post.ScheduledAt)) ? null : post.Publishing,
            };
    }

    /// <summary>The post archived, which removes its schedule, or unarchived, which does not restore it.</summary>
    public static Post Archive(Post post, bool archived) =>
        post with { Archived = archived, ScheduledSet = post.ScheduledSet && !archived };

    public Ruling Request(Post post, string by, string? levelId, string[] approvers, string? note = null) => Editable(post).Then(_ =>
    {
        if (Type is ApprovalType.NONE)
        {
            return Refusal.NoApproval;
        }
        if (IsFullyApproved(post))
        {
            return Refusal.ApprovedAlready;
        }
        return Level(post, levelId, out var level) is { } refusal ? refusal
            : level is not null && level != Current(post) ? Refusal.ApprovedAlready
            : post with { ApprovalRequest = new(by, now, level?.Id, approvers, note) };
    });

    /// <summary>The post approved at a level, by default the current one. A second approval by the same person changes nothing.</summary>
    public Ruling Approve(Post post, User approver, string? levelId = null) => Editable(post).Then(_ =>
    {
        if (Type is ApprovalType.NONE)
        {
            return Refusal.NoApproval;
        }
        if (Level(post, levelId, out var level) is { } refusal)
        {
            return refusal;
        }
        if (!IsApprover(approver, post, level))
        {
            return Refusal.NotAnApprover;
        }
        if (Array.Exists(post.Approvals, approval => approval.User == approver.Key && approval.LevelId == level?.Id))
        {
            return post;
        }
        var approved = post with
        {
            Approvals = [.. post.Approvals, new(approver.Key, now, level?.Id)],
            ApprovalRequest = level is null || post.ApprovalRequest?.LevelId == level.Id ? null : post.ApprovalRequest,
        };
        var schedules = settings.AutoSchedule is true && IsFullyApproved(approved) && !IsFullyApproved(post)
            && approved is { Archived: false, Delivery: Delivery.None, ScheduledAt: { } at } && !IsPast(at);
        return schedules ? approved with { ScheduledSet = true, Publishing = null } : approved;
    });

    /// <summary>
    /// The post without its approvals. The approver must belong to the named level,
    /// or without one to any level that has been reached.
    /// </summary>
    public Ruling Reject(Post post, User approver, string? levelId = null) => Editable(post).Then(_ =>
    {
        if (Type is ApprovalType.NONE)
        {
            return Refusal.NoApproval;
        }
        if (Level(post, levelId, out var level) is { } refusal)
        {
            return refusal;
        }
        var may = levelId is null && level is not null
            ? Levels.Take(Completed(post) + 1).Any(reached => IsApprover(approver, post, reached)) : IsApprover(approver, post, level);
        return may ? Withdraw(post) : Refusal.NotAnApprover;
    });

    static Post Withdraw(Post post) => post with { Approvals = [], ApprovalRequest = null };

    bool IsPast(DateTimeOffset at) => at < now - Grace;

    /// <summary>
    /// The level with this id; without an id, the current level, or the last if all are approved.
    /// Null if the type has no levels.
    /// </summary>
    Refusal? Level(Post post, string? levelId, out ApprovalLevel? level)
    {
        level = Current(post) ?? (Levels is [.., var last] ? last : null);
        if (levelId is null)
        {
            return null;
        }
        level = Levels.FirstOrDefault(one => one.Id == levelId);
        return level is null ? Refusal.UnknownLevel
            : Levels.TakeWhile(one => one.Id != levelId).Count() > Completed(post) ? Refusal.LevelNotReached
            : null;
    }
}
