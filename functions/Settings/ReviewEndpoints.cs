using Microsoft.Net.Http.Headers;
using Planable.Company.Companies;
using Planable.Company.SignIn;
using Planable.Content.Media;
using Planable.Content.NetworkRules;
using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Settings;

/// <summary>The page Review: what waits for the approval of whoever is signed in.</summary>
static class ReviewEndpoints
{
    public const string Path = SettingsEndpoints.Root + "/review";

    public static void MapReview(this IEndpointRouteBuilder people)
    {
        people.MapGet("/review", SettingsEndpoints.Page<ReviewPages>((pages, http) => pages.ShowAsync(http)));
        people.MapPost("/review/{id}/approve", SettingsEndpoints.Page<ReviewPages>((pages, http) => pages.ApproveAsync(http)));
        people.MapPost("/review/{id}/reject", SettingsEndpoints.Page<ReviewPages>((pages, http) => pages.RejectAsync(http)));
    }
}

sealed class ReviewPages(
    PostLists lists, PostDecisions decisions, PageStore pages, CompanyStore companies, MediaLinks links, MediaBlobs blobs,
    TimeProvider time)
{
    /// <summary>Posts on a page, and index rows read of a workspace.</summary>
    public const int MostShown = 20, MostRead = 50;

    const int LongestReason = 2_000;

    public Task<IResult> ShowAsync(HttpContext http) => ShowAsync(http, refusal: null);

    public Task<IResult> ApproveAsync(HttpContext http) => DecideAsync(http, "approved", decisions.ApproveAsync);

    public Task<IResult> RejectAsync(HttpContext http) => DecideAsync(http, "rejected", decisions.RejectAsync);

    /// <summary>Approves or rejects the version that the page showed.</summary>
    async Task<IResult> DecideAsync(
        HttpContext http, string action,
        Func<string, Decision?, Company.Tokens.Caller, IfMatch, OperationId, CancellationToken, Task<Outcome<EditedPost>>> decide)
    {
        var (person, id, cancel) = (Person.Of(http), (string?)http.Request.RouteValues["id"] ?? "", http.RequestAborted);
        var form = await http.Request.ReadFormAsync(cancel);
        var (level, reason) = (form["level"].ToString(), form["reason"].ToString().ReplaceLineEndings("\n").Trim());
        EntityTagHeaderValue? version = null;
        var wrong = reason.EnumerateRunes().Count() > LongestReason || reason.Contains('\0', StringComparison.Ordinal)
            ? Problems.Malformed($"The reason must have at most {LongestReason} characters.")
            : !EntityTagHeaderValue.TryParse(form["version"].ToString(), out version) ? Problems.Changed() : null;
        var operation = FormOperation.Of(person, string.Join('\n', action, id, form["version"]), $"{level}\n{reason}");
        var problem = wrong ?? (await decide(
            id, new() { LevelId = level.Length > 0 ? level : null, Reason = reason.Length > 0 ? reason : null }, person.Caller(http),
            new([version!]), operation, cancel)).Problem;
        return problem switch
        {
            null => Results.LocalRedirect($"{ReviewEndpoints.Path}?{action}"),
            { Kind: ProblemKind.NotFound, Details: null } => problem.ToResult(),
            _ => await ShowAsync(http, problem),
        };
    }

    async Task<IResult> ShowAsync(HttpContext http, Problem? refusal)
    {
        var (shown, isCut) = await ReadAsync(Person.Of(http), http.RequestAborted);
        http.Features.Set(new PictureSource(blobs.Container.Uri + "/"));
        return PageContext.Of(http).Page<ReviewPage>(new()
        {
            [nameof(ReviewPage.Posts)] = shown,
            [nameof(ReviewPage.HasMore)] = isCut,
            [nameof(ReviewPage.Refusal)] = refusal is { Kind: ProblemKind.Changed }
                ? "The post was changed after the page was shown. Look at it again, then decide." : refusal?.Message,
            [nameof(ReviewPage.Done)] = refusal is not null ? null : http.Request.Query.ContainsKey("approved") ? "The post is approved."
                : http.Request.Query.ContainsKey("rejected") ? "The post is rejected. Its approvals are withdrawn." : null,
        }, refusal?.Status() ?? StatusCodes.Status200OK);
    }

    /// <summary>
    /// What a person may approve: first what they were asked for, then what others were, each with the longest waiting first. It reads one
    /// range of each workspace where the person may approve, the company's people, and the pages of the posts that are shown.
    /// </summary>
    async Task<(ReviewedPost[] Posts, bool IsCut)> ReadAsync(Person person, CancellationToken cancel)
    {
        var (user, now) = (person.User, time.GetUtcNow());
        var people = companies.UsersAsync(person.Company, cancel);
        var found = await person.View.Workspaces.Values
            .Where(workspace => workspace.ApprovalSettings.Type is not ApprovalType.NONE && user.MayApprove(workspace.Key))
            .EachAsync(WaitingAsync, cancel, atOnce: Limits.PageSize);
        var names = (await people).ToDictionary(one => one.Key, one => one.Name, StringComparer.Ordinal);
        var all = found.SelectMany(one => one.Posts)
            .OrderByDescending(one => one.Post.ApprovalRequest!.Approvers.Contains(user.Key))
            .ThenBy(one => one.Post.ApprovalRequest!.At).ThenBy(one => one.Post.Key, StringComparer.Ordinal).ToArray();
        var some = all.Take(MostShown).ToArray();
        var titles = (await some.Select(one => new Id(one.Post.Workspace, one.Post.Page)).Distinct().EachAsync(
            async (id, stop) => (Id: id, (await pages.FindAsync(id, stop))?.Name), cancel)).ToDictionary(one => one.Id, one => one.Name);
        var shown = await some.EachAsync(async (one, stop) => new ReviewedPost(
            one.Post, one.Workspace, titles[new(one.Post.Workspace, one.Post.Page)] ?? "a removed page", one.Level,
            names.GetValueOrDefault(one.Post.ApprovalRequest!.User, "a former user"), user.Key, await ShownAsync(one.Post, stop)), cancel);
        return (shown, all.Length > MostShown || found.Any(one => one.IsCut));

        async Task<(List<(Post Post, Workspace Workspace, ApprovalLevel? Level)> Posts, bool IsCut)> WaitingAsync(
            Workspace workspace, CancellationToken stop)
        {
            var rules = new ApprovalRules(workspace.ApprovalSettings, now);
            var (posts, isCut) = await lists.AskedAsync(workspace.Key, user.Role is Role.CLIENT, MostRead, stop);
            return (
                [.. from post in posts
                    let level = rules.Current(post)
                    where rules.IsPending(post) && ApprovalRules.Editable(post).Post is not null
                        && ApprovalRules.IsApprover(user, post, level)
                    select (post, workspace, level)], isCut);
        }
    }

    /// <summary>The post's files, with short-lived links to pictures of them.</summary>
    async Task<ReviewedMedia[]> ShownAsync(Post post, CancellationToken cancel)
    {
        var shown = new ReviewedMedia[post.Media.Length];
        foreach (var (index, one) in post.Media.Index())
        {
            var kind = one.Kind switch { MediaKind.video => "Video", MediaKind.gif => "GIF", _ => "Picture" };
            var name = post.Media.Length == 1 ? kind : $"{kind} {index + 1} of {post.Media.Length}";
            var path = one.File is null ? null
                : one.Kind is MediaKind.video && post.VideoThumbnail?.File is { } still ? MediaBlobs.Path(post.Workspace, still)
                : one.HasThumbnail ? MediaBlobs.ThumbnailPath(post.Workspace, one.File)
                : one.Kind is MediaKind.video ? null : MediaBlobs.Path(post.Workspace, one.File);
            shown[index] = new(
                one.Status switch
                {
                    MediaStatus.success => name,
                    MediaStatus.error => name + ", could not be imported",
                    _ => name + ", is being imported",
                },
                path is null ? null : await links.PublicLinkAsync(path, cancel));
        }
        return shown;
    }
}

/// <summary>A file of a post: what it is, and a link to a picture of it.</summary>
public sealed record ReviewedMedia(string Name, string? Picture);

/// <summary>A post that waits, as the page shows it.</summary>
public sealed record ReviewedPost(
    string Id, string Version, string Workspace, string Page, string Network, string Text, DateTimeOffset? Date, string Zone,
    IReadOnlyList<(string Name, string Text)> More, string? LevelId, string? Level, string AskedBy, DateTimeOffset AskedAt, string? Note,
    bool IsAsked, bool TeamOnly, IReadOnlyList<ReviewedMedia> Media)
{
    internal ReviewedPost(
        Post post, Workspace workspace, string page, ApprovalLevel? level, string askedBy, string reader, ReviewedMedia[] media)
        : this(post.Id, post.ETag, workspace.Name, page, NetworkRule.All[post.Platform].Name, post.Text, post.ScheduledAt,
            workspace.Timezone, MoreOf(post), level?.Id, level?.Label, askedBy, post.ApprovalRequest!.At, post.ApprovalRequest.Note,
            post.ApprovalRequest.Approvers.Contains(reader), post.TeamOnly, media)
    {
    }

    /// <summary>The texts that are published besides the post's own.</summary>
    static (string, string)[] MoreOf(Post post)
    {
        (string Name, string? Text)[] all =
        [
            ("Title on YouTube", post.YoutubeTitle), ("Title of the PDF", post.LinkedinPdfTitle),
            ("Title of the video", post.LinkedinVideoTitle), ("Pin", post.Pinterest?.Title),
            ("Pin's description", post.Pinterest?.Description), ("Pin's link", post.Pinterest?.Link), ("First comment", post.FirstComment),
        ];
        return [.. all.Where(one => !string.IsNullOrEmpty(one.Text)).Select(one => (one.Name, one.Text!))];
    }
}
