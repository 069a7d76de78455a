using Planable.Company.Companies;
using Planable.Content.Posts;

namespace Planable.Functions.Tests.Posts;

/// <summary>How late a date may be to be scheduled still, to the tick, and which level a request may name.</summary>
public sealed class ApprovalBorderTests
{
    const string Place = "aaaaaaaabbbbbb";

    static readonly string[] Levels = ["one", "two", "three"];

    static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(60);

    static readonly User Approver = TestCompany.Person(Role.OWNER);

    /// <summary>How long ago a date is, from five minutes on to the tick, and whether it is past.</summary>
    public static TheoryData<long, bool> Dates => new()
    {
        { 0, false },
        { TimeSpan.FromMinutes(4).Ticks, false },
        { TimeSpan.FromMinutes(5).Ticks - 1, false },
        { TimeSpan.FromMinutes(5).Ticks, false },
        { TimeSpan.FromMinutes(5).Ticks + 1, true },
        { TimeSpan.FromMinutes(6).Ticks, true },
        { -TimeSpan.FromMinutes(6).Ticks, false },
    };

    [Theory]
    [MemberData(nameof(Dates))]
    public void A_date_is_scheduled_up_to_five_minutes_late(long ago, bool isPast)
    {
        var at = Now.AddTicks(-ago);

        var ruling = Rules(ApprovalType.NONE).Plan(Post(), at, publish: true);

        Assert.Equal(isPast ? Refusal.Past : null, ruling.Refusal);
        Assert.Equal(isPast ? null : at, ruling.Post?.ScheduledAt);
        Assert.Equal(isPast ? null : true, ruling.Post?.ScheduledSet);
    }

    [Theory]
    [MemberData(nameof(Dates))]
    public void A_scheduled_post_is_moved_to_up_to_five_minutes_ago(long ago, bool isPast)
    {
        var scheduled = Post() with { ScheduledAt = Now.AddDays(1), ScheduledSet = true };

        Assert.Equal(isPast ? Refusal.Past : null, Rules(ApprovalType.NONE).Plan(scheduled, Now.AddTicks(-ago), publish: null).Refusal);
    }

    [Theory]
    [MemberData(nameof(Dates))]
    public void What_has_failed_is_scheduled_again_up_to_five_minutes_late(long ago, bool isPast)
    {
        var at = Now.AddTicks(-ago);
        var failed = Post() with { ScheduledAt = at, ScheduledSet = true, Delivery = Delivery.Failed };

        Assert.Equal(isPast ? Refusal.Past : null, Rules(ApprovalType.NONE).Plan(failed, at, publish: true).Refusal);
    }

    [Theory]
    [MemberData(nameof(Dates))]
    public void The_last_approval_schedules_up_to_five_minutes_late(long ago, bool isPast)
    {
        var planned = Post() with { ScheduledAt = Now.AddTicks(-ago) };

        var approved = Rules(ApprovalType.REQUIRED, autoSchedule: true).Approve(planned, Approver).Post!;

        Assert.Equal(!isPast, approved.ScheduledSet);
        Assert.Single(approved.Approvals);
        Assert.False(Rules(ApprovalType.REQUIRED).Approve(planned, Approver).Post!.ScheduledSet);
    }

    [Theory]
    [MemberData(nameof(Dates))]
    public void A_date_that_is_only_planned_or_kept_may_be_as_late_as_it_likes(long ago, bool isPast)
    {
        var at = Now.AddTicks(-ago);
        var scheduled = Post() with { ScheduledAt = at, ScheduledSet = true };

        Assert.Equal(at, Rules(ApprovalType.NONE).Plan(Post(), at, publish: false).Post!.ScheduledAt);
        Assert.True(Rules(ApprovalType.NONE).Plan(scheduled, at, publish: true).Post!.ScheduledSet, $"It was scheduled; past: {isPast}");
    }

    /// <summary>Levels that are approved, the one that is named, and the one that an approval counts for, or why it is refused.</summary>
    [Theory]
    [InlineData(0, null, "one", null)]
    [InlineData(1, null, "two", null)]
    [InlineData(2, null, "three", null)]
    [InlineData(3, null, "three", null)]
    [InlineData(0, "one", "one", null)]
    [InlineData(1, "two", "two", null)]
    [InlineData(2, "three", "three", null)]
    [InlineData(1, "one", "one", null)]
    [InlineData(3, "one", "one", null)]
    [InlineData(0, "two", null, nameof(Refusal.LevelNotReached))]
    [InlineData(0, "three", null, nameof(Refusal.LevelNotReached))]
    [InlineData(1, "three", null, nameof(Refusal.LevelNotReached))]
    [InlineData(0, "ONE", null, nameof(Refusal.UnknownLevel))]
    [InlineData(3, "four", null, nameof(Refusal.UnknownLevel))]
    public void An_approval_counts_for_the_current_level_or_one_that_was_reached(int given, string? named, string? level, string? refusal)
    {
        var ruling = Rules(ApprovalType.MULTIPLE).Approve(Approved(given), Approver, named);

        Assert.Equal(refusal, ruling.Refusal?.ToString());
        Assert.Equal(level, ruling.Post?.Approvals[^1].LevelId);
        Assert.Equal(level is null ? null : given + 1, ruling.Post?.Approvals.Length);
    }

    [Theory]
    [InlineData(0, null, "one", null)]
    [InlineData(1, null, "two", null)]
    [InlineData(2, null, "three", null)]
    [InlineData(0, "one", "one", null)]
    [InlineData(2, "three", "three", null)]
    [InlineData(1, "one", null, nameof(Refusal.ApprovedAlready))]
    [InlineData(2, "two", null, nameof(Refusal.ApprovedAlready))]
    [InlineData(3, null, null, nameof(Refusal.ApprovedAlready))]
    [InlineData(3, "three", null, nameof(Refusal.ApprovedAlready))]
    [InlineData(0, "two", null, nameof(Refusal.LevelNotReached))]
    [InlineData(1, "three", null, nameof(Refusal.LevelNotReached))]
    [InlineData(1, "four", null, nameof(Refusal.UnknownLevel))]
    public void Approval_is_asked_for_at_the_current_level_and_no_other(int given, string? named, string? level, string? refusal)
    {
        var ruling = Rules(ApprovalType.MULTIPLE).Request(Approved(given), "x", named, []);

        Assert.Equal(refusal, ruling.Refusal?.ToString());
        Assert.Equal(level, ruling.Post?.ApprovalRequest!.LevelId);
    }

    [Theory]
    [InlineData(0, null, null)]
    [InlineData(3, null, null)]
    [InlineData(1, "one", null)]
    [InlineData(1, "two", null)]
    [InlineData(1, "three", nameof(Refusal.LevelNotReached))]
    [InlineData(3, "three", null)]
    [InlineData(1, "four", nameof(Refusal.UnknownLevel))]
    public void A_post_is_rejected_at_a_level_that_was_reached(int given, string? named, string? refusal)
    {
        var ruling = Rules(ApprovalType.MULTIPLE).Reject(Approved(given), Approver, named);

        Assert.Equal(refusal, ruling.Refusal?.ToString());
        Assert.Equal(refusal is null ? 0 : null, ruling.Post?.Approvals.Length);
    }

    /// <summary>The level of the approver, those that are approved, and whether a rejection without a level is theirs to make.</summary>
    [Theory]
    [InlineData("one", 0, true)]
    [InlineData("one", 2, true)]
    [InlineData("two", 0, false)]
    [InlineData("two", 1, true)]
    [InlineData("three", 1, false)]
    [InlineData("three", 2, true)]
    [InlineData("three", 3, true)]
    public void A_rejection_without_a_level_is_for_approvers_of_levels_that_were_reached(string own, int given, bool may)
    {
        var rules = Rules(ApprovalType.MULTIPLE, approversOf: level => [level == own ? Approver.Id(Place[..8]) : "usr_nobody"]);

        Assert.Equal(may ? null : Refusal.NotAnApprover, rules.Reject(Approved(given), Approver).Refusal);
    }

    [Theory]
    [InlineData(ApprovalType.NONE, nameof(Refusal.NoApproval))]
    [InlineData(ApprovalType.OPTIONAL, nameof(Refusal.UnknownLevel))]
    [InlineData(ApprovalType.REQUIRED, nameof(Refusal.UnknownLevel))]
    public void A_workspace_without_levels_knows_none(ApprovalType type, string refusal)
    {
        Assert.Equal(refusal, Rules(type).Approve(Post(), Approver, "one").Refusal?.ToString());
        Assert.Equal(refusal, Rules(type).Request(Post(), "x", "one", []).Refusal?.ToString());
        Assert.Equal(refusal, Rules(type).Reject(Post(), Approver, "one").Refusal?.ToString());
        Assert.Equal(type is ApprovalType.NONE ? Refusal.NoApproval : null, Rules(type).Approve(Post(), Approver).Refusal);
    }

    static ApprovalRules Rules(ApprovalType type, bool autoSchedule = false, Func<string, string[]>? approversOf = null) => new(
        new()
        {
            Type = type,
            AutoSchedule = autoSchedule,
            AutoLock = false,
            ApprovalLevels = type is not ApprovalType.MULTIPLE ? null
                : [.. Levels.Select(id => new ApprovalLevel { Id = id, Label = id, ApproversIds = approversOf?.Invoke(id) ?? [] })],
        },
        Now);

    /// <summary>A post that others have approved at so many levels.</summary>
    static Post Approved(int levels) =>
        Post() with { Approvals = [.. Levels.Take(levels).Select(level => new Approval("another", Now, level))] };

    static Post Post() => new()
    {
        Workspace = Place,
        Key = "x",
        Page = "x",
        Platform = "facebook",
        Text = "Hello",
        Creator = "x",
        CreatedAt = default,
        ModifiedAt = default,
    };
}
