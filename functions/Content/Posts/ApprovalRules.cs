using Planable.Company.Companies;

namespace Planable.Content.Posts;

/// <summary>Why a post may not be changed so.</summary>
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

/// <summary>What becomes of a post, or why nothing does.</summary>
readonly record struct Ruling(Post? Post, Refusal? Refusal)
{
    public static implicit operator Ruling(Post post) => new(post, null);

    public static implicit operator Ruling(Refusal refusal) => new(null, refusal);

    public Ruling Then(Func<Post, Ruling> next) => Post is null ? this : next(Post);
}

/// <summary>
/// What a workspace's approval settings, as they are at this moment, let become of a post. They are asked anew every time: approvals are
/// facts that stay in the post, and what they amount to follows from the settings of the day.
/// </summary>
sealed class ApprovalRules(ApprovalSettings settings, DateTimeOffset now)
{
    /// <summary>How late a date may be to be scheduled still: clocks differ, and <c>now</c> takes a moment to arrive.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    public ApprovalType Type => settings.Type!.Value;

    /// <summary>The levels, in order; none unless the type has them.</summary>
    public IReadOnlyList<ApprovalLevel> Levels => Type is ApprovalType.MULTIPLE ? settings.ApprovalLevels ?? [] : [];

    /// <summary>
    /// How many levels are approved: a level counts once all those before it do,
    /// however the levels were ordered when it was approved.
    /// </summary>
    public int Completed(Post post) =>
        Levels.TakeWhile(level => Array.Exists(post.Approvals, approval => approval.LevelId == level.Id)).Count();

    /// <summary>The first level not approved yet; null where there is none.</summary>
    public ApprovalLevel? Current(Post post) => Levels.ElementAtOrDefault(Completed(post));

    public bool IsFullyApproved(Post post) => Type switch
    {
        ApprovalType.NONE => false,
        ApprovalType.MULTIPLE => Levels.Count > 0 && Completed(post) == Levels.Count,
        _ => post.Approvals.Length > 0,
    };

    /// <summary>Whether approval is asked for and not given.</summary>
    public bool IsPending(Post post) =>
        Type is not ApprovalType.NONE && post.ApprovalRequest is { } request && !IsFullyApproved(post)
        && (Levels.Count == 0 || request.LevelId == Current(post)!.Id);

    public bool IsLocked(Post post) => settings.AutoLock is true && IsFullyApproved(post);

    /// <summary>Whether a request may make a post scheduled: by asking for that, or by an approval that brings it about.</summary>
    public bool MaySchedule(bool? publish, bool? approved) => publish is true || (approved is true && settings.AutoSchedule is true);

    /// <summary>Whether everybody has approved a post who must before it is published.</summary>
    public bool IsApprovedToPublish(Post post) => Type is ApprovalType.NONE or ApprovalType.OPTIONAL || IsFullyApproved(post);

    public static bool IsApprover(User user, Post post, ApprovalLevel? level) =>
        user.MayApprove(post.Workspace) && !(post.TeamOnly && user.Role is Role.CLIENT)
        && (level is null || level.IsOf(user.Id(post.Workspace[..8])));

    /// <summary>The post, where it can be changed at all.</summary>
    public static Ruling Open(Post post) => post.Delivery switch
    {
        Delivery.Published => Refusal.Published,
        Delivery.Publishing => Refusal.Publishing,
        _ => post,
    };

    /// <summary>The post with other content. Who approved has not approved another text, or other media.</summary>
    public Ruling Rewrite(Post post, Post rewritten) =>
        !PostChange.Content(post, rewritten).Any() ? rewritten
        : IsLocked(post) ? Refusal.Locked
        : (post.Text != rewritten.Text || !post.ShowsSame(rewritten)) && post.Approvals.Length > 0 ? Withdraw(rewritten)
        : rewritten;

    /// <summary>The post with this date, to be published then or not; as before, where that is not said.</summary>
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
                // Another date is another beginning, unless it has failed: then it must be asked for.
                Publishing = again
                    || (post.Delivery is not Delivery.Failed && (!post.ScheduledSet || at != post.ScheduledAt)) ? null : post.Publishing,
            };
    }

    /// <summary>The post put away, which takes its schedule, or back, which does not bring it back.</summary>
    public static Post Archive(Post post, bool archived) =>
        post with { Archived = archived, ScheduledSet = post.ScheduledSet && !archived };

    public Ruling Request(Post post, string by, string? levelId, string[] approvers) => Open(post).Then(_ =>
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
            : post with { ApprovalRequest = new(by, now, level?.Id, approvers) };
    });

    /// <summary>The post approved at a level, the current one unless named; by the same person again it stays as it is.</summary>
    public Ruling Approve(Post post, User approver, string? levelId = null) => Open(post).Then(_ =>
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

    /// <summary>The post without its approvals, by an approver of a level that has been reached: the one named, else any.</summary>
    public Ruling Reject(Post post, User approver, string? levelId = null) => Open(post).Then(_ =>
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

    /// <summary>The level with this id, the current or last one without; null where the type has none.</summary>
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
