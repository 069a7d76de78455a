using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Planable.Functions.Tests.Doors.ContentSystems;

/// <summary>An article in a content system.</summary>
sealed record FakeArticle(string Id, string Title, DateTimeOffset Changed, int Revision = 1, string Type = "article")
{
    public string At(string format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'") => Changed.UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
}

/// <summary>A content system's API: what its documentation says of lists by time, pages, keys and single entries.</summary>
sealed class FakeContentApi : IAsyncDisposable
{
    public const string Key = "editor:the read key", Ref = "master-ref";

    readonly WebApplication _app;

    FakeContentApi(string provider)
    {
        Provider = provider;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public string Provider { get; }

    public string Url => _app.Urls.First() + Base;

    /// <summary>What is published.</summary>
    public ConcurrentDictionary<string, FakeArticle> Articles { get; } = new(StringComparer.Ordinal);

    /// <summary>What it answers instead; null to answer as it should.</summary>
    public int? Status { get; set; }

    public ConcurrentQueue<string> Asked { get; } = new();

    string Base => Provider switch
    {
        "contentful" => "/spaces/s/environments/master",
        "sanity" => "/v2025-02-19/data/query/production",
        "kontent" => "/6c3b1f0e",
        _ => "",
    };

    public static async Task<FakeContentApi> StartAsync(string provider)
    {
        var api = new FakeContentApi(provider);
        await api._app.StartAsync();
        return api;
    }

    /// <summary>Publishes an article, or changes one.</summary>
    public FakeArticle Publish(string id, string title, DateTimeOffset? changed = null, string type = "article") => Articles[id] =
        new(id, title, changed ?? TimeProvider.System.GetUtcNow(), Articles.TryGetValue(id, out var known) ? known.Revision + 1 : 1, type);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task AnswerAsync(HttpContext http)
    {
        Asked.Enqueue(http.Request.Path + Uri.UnescapeDataString(http.Request.QueryString.ToString()));
        var path = http.Request.Path.ToString();
        if (Status is { } status || (status = IsAllowed(http.Request) ? 200 : 401) is not 200)
        {
            http.Response.StatusCode = status;
        }
        else if (!path.StartsWith(Base, StringComparison.Ordinal) || Answer(http.Request, path[Base.Length..]) is not { } answer)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (answer is int wrong)
        {
            http.Response.StatusCode = wrong;
        }
        else
        {
            http.Response.ContentType = "application/json; charset=utf-8";
            await http.Response.WriteAsync(Json.Text(answer));
        }
    }

    bool IsAllowed(HttpRequest request) => Provider switch
    {
        "ghost" => request.Query["key"] == Key,
        "storyblok" => request.Query["token"] == Key,
        "prismic" => request.Query["access_token"] == Key,
        "wordpress" => request.Headers.Authorization == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(Key)),
        _ => request.Headers.Authorization == "Bearer " + Key,
    };

    object? Answer(HttpRequest request, string path)
    {
        var query = request.Query;
        return (Provider, path) switch
        {
            ("contentful", "/entries") => new
            {
                items = List(
                    query["sys.updatedAt[gte]"], query["content_type"], Number("skip"), Number("limit"),
                    query["order"] == "sys.updatedAt,sys.id").Select(article => new
                    {
                        sys = new { id = article.Id, revision = article.Revision, updatedAt = article.At() },
                        fields = new { title = article.Title },
                    }),
            },
            ("sanity", "") => new
            {
                result = List(
                    Bare("$since"), Bare("$type"), Number("$skip"), Number("$end") - Number("$skip"),
                    query["query"].ToString().Contains("order(_updatedAt asc, _id asc)[$skip...$end]", StringComparison.Ordinal))
                    .Select(article => new
                    {
                        _id = article.Id,
                        _updatedAt = article.At("yyyy-MM-dd'T'HH:mm:ss'Z'"),
                        title = article.Title,
                    }),
            },
            ("strapi", "/api/article") => new
            {
                data = List(
                    query["filters[updatedAt][$gte]"], "article", Skip("pagination[page]", "pagination[pageSize]"),
                    Number("pagination[pageSize]"), query["sort"] == "updatedAt:asc")
                    .Select(article => new { id = 1, documentId = article.Id, updatedAt = article.At(), title = article.Title }),
            },
            ("ghost", "/ghost/api/content/posts/") => new
            {
                posts = List(
                    Match(query["filter"], "^updated_at:>='(.*)'$"), null, Skip("page", "limit"), Number("limit"),
                    query["order"] == "updated_at asc").Select(article => new
                    {
                        id = article.Id,
                        updated_at = article.At("yyyy-MM-dd'T'HH:mm:ss.fff'+00:00'"),
                        title = article.Title,
                    }),
            },
            ("storyblok", "/v2/cdn/stories") => new
            {
                stories = List(
                    query["published_at_gt"], query["content_type"], Skip("page", "per_page"), Number("per_page"),
                    query["sort_by"] == "published_at:asc").Select(Story),
            },
            ("storyblok", _) when path.StartsWith("/v2/cdn/stories/", StringComparison.Ordinal) =>
                Articles.TryGetValue(path.Split('/')[^1], out var story) ? new { story = Story(story) } : null,
            ("prismic", "/api/v2") => new { refs = new object[] { new { @ref = "other" }, new { @ref = Ref, isMasterRef = true } } },
            ("prismic", "/api/v2/documents/search") when query["ref"] == Ref => new
            {
                results = Documents([.. query["q"].OfType<string>()]).Select(article => new
                {
                    id = article.Id,
                    type = article.Type,
                    last_publication_date = article.At("yyyy-MM-dd'T'HH:mm:ss'+0000'"),
                    data = new { title = new[] { new { type = "heading1", text = article.Title } } },
                }),
            },
            ("wordpress", "/wp-json/wp/v2/posts") => Posts(Number("page"), List(
                query["modified_after"], null, Skip("page", "per_page"), Number("per_page"),
                query["orderby"] == "modified" && query["order"] == "asc")),
            ("kontent", "/items") => new
            {
                items = (query.ContainsKey("system.id") ? Articles.Values.Where(article => article.Id == query["system.id"])
                    : List(query["system.last_modified[gte]"], query["system.type"], Number("skip"), Number("limit"),
                        query["order"] == "system.last_modified[asc]"))
                    .Select(article => new
                    {
                        system = new { id = article.Id, type = article.Type, last_modified = article.At() },
                        elements = new { title = new { type = "text", value = article.Title } },
                    }),
            },
            _ => null,
        };

        int Number(string name) => int.Parse(query[name].ToString(), CultureInfo.InvariantCulture);
        int Skip(string page, string size) => (Number(page) - 1) * Number(size);
        string Bare(string name) => Match(query[name], "^\"(.*)\"$");

        IEnumerable<FakeArticle> Documents(string[] predicates) =>
            Array.Find(predicates, one => one.Contains("document.id", StringComparison.Ordinal)) is { } wanted
                ? Articles.Values.Where(article => article.Id == Match(wanted, "at\\(document.id,\"(.*)\"\\)"))
                : List(
                    DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(
                        Match(predicates[0], @"^\[\[date.after\(document.last_publication_date,(.*)\)\]\]$"),
                        CultureInfo.InvariantCulture)).ToString("O", CultureInfo.InvariantCulture),
                    predicates.Length == 1 ? null : Match(predicates[1], "at\\(document.type,\"(.*)\"\\)"), Skip("page", "pageSize"),
                    Number("pageSize"), query["orderings"] == "[document.last_publication_date]");
    }

    /// <summary>A page of what has changed since a time.</summary>
    IEnumerable<FakeArticle> List(string? since, string? type, int skip, int take, bool isOrdered)
    {
        Assert.True(isOrdered, "It is asked for in no order.");
        var from = DateTimeOffset.Parse(since!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return Articles.Values.Where(article => article.Changed >= from && (string.IsNullOrEmpty(type) || article.Type == type))
            .OrderBy(article => article.Changed).ThenBy(article => article.Id, StringComparer.Ordinal).Skip(skip).Take(take);
    }

    static object Story(FakeArticle article) => new
    {
        id = int.Parse(article.Id, CultureInfo.InvariantCulture),
        published_at = article.At(),
        full_slug = "blog/" + article.Id,
        content = new { component = article.Type, title = article.Title },
    };

    /// <summary>WordPress has no page after the last.</summary>
    static object Posts(int page, IEnumerable<FakeArticle> all) => all.Select(article => new
    {
        id = int.Parse(article.Id, CultureInfo.InvariantCulture),
        modified_gmt = article.At("yyyy-MM-dd'T'HH:mm:ss"),
        title = new { rendered = article.Title },
    }).ToArray() is { Length: > 0 } posts ? posts : page == 1 ? Array.Empty<object>() : StatusCodes.Status400BadRequest;

    static string Match(string? text, string pattern) =>
        Regex.Match(text ?? "", pattern, RegexOptions.None, TimeSpan.FromSeconds(1)) is { Success: true } match ? match.Groups[1].Value
            : throw new InvalidOperationException($"'{text}' is not {pattern}");
}
