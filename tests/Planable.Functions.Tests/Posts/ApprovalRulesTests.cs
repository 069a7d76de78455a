using CsCheck;
using Planable.Company.Companies;
using Planable.Content.Posts;

namespace Planable.Functions.Tests.Posts;

/// <summary>Whatever is done to a post, in whatever order, and however its workspace's settings change meanwhile.</summary>
public sealed class ApprovalRulesTests
{
    const string Place = "aaaaaaaabbbbbb";

    static readonly string[] LevelIds = ["one", "two", "three"];

    /// <summary>The first three may approve; of them the last is a client. The fourth may only write, the fifth has no access.</summary>
    static readonly User[] People =
    [
        Person(0, Role.OWNER), Person(1, Role.MEMBER, Permission.VIEW, Permission.APPROVE),
        Person(2, Role.CLIENT, Permission.VIEW, Permission.APPROVE),
        Person(3, Role.MEMBER, Permission.VIEW, Permission.WRITE), Person(4, Role.MEMBER),
    ];

    static readonly Gen<ApprovalSettings> Settings = Gen.Select(
        Gen.Enum<ApprovalType>(), Gen.Bool, Gen.Bool, Gen.Shuffle(LevelIds), Gen.Int[1, 3], Gen.Int[0, 31].Array[3],
        (type, autoSchedule, autoLock, ids, levels, approvers) => new ApprovalSettings
        {
            Type = type,
            AutoSchedule = autoSchedule,
            AutoLock = autoLock,
            ApprovalLevels = type is not ApprovalType.MULTIPLE ? null : [.. ids.Take(levels).Select((id, index) => new ApprovalLevel
            {
                Id = id,
                Label = id,
                ApproversIds = [.. People.Where((_, person) => (approvers[index] >> person & 1) == 1).Select(Id)],
            })],
        });

    static readonly Gen<Step> Steps = Gen.Select(
        Gen.Enum<Do>(), Gen.Int[0, People.Length - 1], Gen.Int[-1, LevelIds.Length], Gen.Bool, Gen.Int[-30, 30],
        Settings, (what, person, level, yes, minutes, settings) => new Step(
            what, People[person], level < 0 ? null : level == LevelIds.Length ? "unknown" : LevelIds[level], yes, minutes, settings));

    enum Do
    {
        Approve,
        ApproveAgain,
        Reject,
        Request,
        Rewrite,
        Archive,
        Plan,
        Date,
        Hide,
        Wait,
        Set,
    }

    [Fact]
    public void No_sequence_of_operations_gets_round_the_rules() =>
        Gen.Select(Settings, Steps.Array[0, 40]).Sample((settings, steps) => new Story(settings).Play(steps), iter: 20_000);

    /// <summary>What happened, kept beside the rules: who approved what text at which level, and might.</summary>
    sealed class Story(ApprovalSettings settings)
    {
        readonly List<(string User, string? Level, string Text)> _given = [];
        DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddYears(60);
        ApprovalSettings _settings = settings;
        Post _post = New();

        ApprovalRules Rules => new(_settings, _now);

        string[] Levels => [.. (_settings.ApprovalLevels ?? []).Select(level => level.Id)];

        public void Play(Step[] steps)
        {
            foreach (var step in steps)
            {
                var (before, rules) = (_post, Rules);
                switch (step.What)
                {
                    case Do.Wait:
                        _now += TimeSpan.FromMinutes(Math.Abs(step.Minutes));
                        break;
                    case Do.Set:
                        _settings = step.Settings;
                        break;
                    case Do.Approve or Do.ApproveAgain:
                        _post = rules.Approve(_post, step.Person, step.Level).Post ?? _post;
                        Approved(before, step);
                        break;
                    case Do.Reject:
                        Rejected(rules.Reject(_post, step.Person, step.Level), step);
                        break;
                    case Do.Request:
                        _post = rules.Request(_post, People[0].Key, step.Level, ["x"]).Post ?? _post;
                        break;
                    case Do.Rewrite:
                        Rewritten(rules.Rewrite(_post, _post with { Text = $"{step.Minutes}" }), rules);
                        break;
                    case Do.Archive:
                        _post = ApprovalRules.Archive(_post, step.Yes);
                        Assert.Equal(step.Yes, _post.Archived);
                        break;
                    case Do.Plan:
                        _post = rules.Plan(_post, _now.AddMinutes(step.Minutes), step.Yes).Post ?? _post;
                        break;
                    case Do.Date:
                        _post = rules.Plan(_post, step.Yes ? _now.AddMinutes(step.Minutes) : null, null).Post ?? _post;
                        break;
                    default:
                        _post = _post with { TeamOnly = step.Yes };
                        break;
                }
                Check();
            }
        }

        void Approved(Post before, Step step)
        {
            if (_post.Approvals.Length == before.Approvals.Length)
            {
                Assert.Equal(before.ScheduledSet, _post.ScheduledSet);
                return;
            }
            var given = _post.Approvals[^1];
            Assert.Equal(step.Person.Key, given.User);
            Assert.True(step.Person.MayApprove(Place) && !(_post.TeamOnly && step.Person.Role is Role.CLIENT), "Who approved may not.");
            if (_settings.Type is ApprovalType.MULTIPLE)
            {
                var level = _settings.ApprovalLevels!.Single(level => level.Id == given.LevelId);
                Assert.True(level.ApproversIds is [] || level.ApproversIds.Contains(Id(step.Person)), "Who approved is not of the level.");
                Assert.All(Levels.TakeWhile(id => id != level.Id), earlier => Assert.Contains(_given, one => one.Level == earlier));
            }
            _given.Add((given.User, given.LevelId, _post.Text));
        }

        void Rejected(Ruling ruling, Step step)
        {
            if (ruling.Post is { } rejected)
            {
                Assert.True(step.Person.MayApprove(Place));
                Assert.Empty(rejected.Approvals);
                Assert.Null(rejected.ApprovalRequest);
                _given.Clear();
                _post = rejected;
            }
        }

        void Rewritten(Ruling ruling, ApprovalRules rules)
        {
            if (ruling.Post is null)
            {
                Assert.True(_settings.AutoLock is true && rules.IsFullyApproved(_post));
                return;
            }
            if (ruling.Post.Text != _post.Text)
            {
                Assert.False(_settings.AutoLock is true && rules.IsFullyApproved(_post), "What is locked has changed.");
                Assert.Empty(ruling.Post.Approvals);
                _given.Clear();
            }
            _post = ruling.Post;
        }

        void Check()
        {
            Assert.All(_given, one => Assert.Equal(_post.Text, one.Text));
            Assert.Equal(_given.Select(one => (one.User, one.Level)), _post.Approvals.Select(one => (one.User, one.LevelId)));
            Assert.False(_post.Archived && _post.ScheduledSet, "It is archived and has a schedule.");
            Assert.False(_post.ScheduledSet && _post.ScheduledAt is null, "It is to be published at no date.");
            // By everything that may be published: now, and at any later time.
            foreach (var rules in new[] { Rules, new ApprovalRules(_settings, _now.AddYears(1)) }.Where(
                rules => rules.IsApprovedToPublish(_post)))
            {
                Assert.False(_settings.Type is ApprovalType.REQUIRED && _given.Count == 0, "Nobody has approved it.");
                Assert.All(Levels, level => Assert.Contains(_given, one => one.Level == level));
            }
            Assert.Equal(MustHave(), Rules.IsApprovedToPublish(_post));
            var state = ApprovalState.Of(_post, InWorkspace(_settings));
            Assert.Equal(state.Levels.TakeWhile(level => level.Approved).Count(), state.Levels.Count(level => level.Approved));
            Assert.Equal(state.CompletedLevels, state.Levels.Count(level => level.Approved));
            Assert.Equal(state.Approved, state.Status is ApprovalStatus.FULLY_APPROVED);
            Assert.Equal(_settings.Type is ApprovalType.NONE, state.Status is ApprovalStatus.NOT_APPLICABLE);
            Assert.Equal(state.CompletedLevels < state.TotalLevels, state.CurrentLevelId is not null);
        }

        bool MustHave() => _settings.Type switch
        {
            ApprovalType.REQUIRED => _given.Count > 0,
            ApprovalType.MULTIPLE => Array.TrueForAll(Levels, level => _given.Exists(one => one.Level == level)),
            _ => true,
        };
    }

    sealed record Step(Do What, User Person, string? Level, bool Yes, int Minutes, ApprovalSettings Settings);

    static Workspace InWorkspace(ApprovalSettings settings) =>
        new(Place, "", "UTC", null, settings, false, false, default, default, Labels: [], Pages: []);

    static Post New() => new()
    {
        Workspace = Place,
        Key = "x",
        Page = "x",
        Platform = "facebook",
        Text = "0",
        Creator = "x",
        CreatedAt = default,
        ModifiedAt = default,
    };

    static User Person(int number, Role role, params Permission[] permissions) =>
        TestCompany.Person(role, (InWorkspace(new()), permissions)) with { Key = $"{number}" };

    static string Id(User user) => user.Id(Place[..8]);
}
