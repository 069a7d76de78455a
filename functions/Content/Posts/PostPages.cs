using Planable.Content.Pages;
using Planable.Content.Stories;
using Planable.Platform;
using Planable.Storage;

namespace Planable.Content.Posts;

static class PostPages
{
    /// <summary>The pages of a new post, in order; a story's page is repeated for each frame.</summary>
    public static Outcome<IReadOnlyList<Page>> Choose(string workspace, NewPost wanted, List<Page> pages)
    {
        List<Page> chosen = [];
        foreach (var (field, id) in wanted.PageIds?.Index()
            .Select(entry => ($"pageIds[{entry.Index}]", entry.Item)) ?? [("pageId", wanted.PageId!)])
        {
            if (!IdKind.Page.TryParse(id, out var page) || page.Partition != workspace
                || pages.Find(one => one.Key == page.Key) is not { } known)
            {
                return Problems.NotFound("page", field);
            }
            chosen.Add(known);
        }
        return wanted.Story is not { } story ? chosen
            : Story.IsOn(chosen[0].Platform) ? Enumerable.Repeat(chosen[0], story.Media.Values.Length).ToArray()
            : Problems.Invalid("pageId", "Must be a page on Instagram or Facebook: other networks have no stories.");
    }
}
