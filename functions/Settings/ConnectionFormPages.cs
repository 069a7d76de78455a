using System.Text.Json;
using System.Text.Json.Nodes;
using Planable.Company.Companies;
using Planable.Company.SignIn;
using Planable.Content.Pages;
using Planable.Doors.ContentSystems;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Settings;

/// <summary>The forms that make and change a connection with a content system. The API's own rules check what is filled in.</summary>
sealed class ConnectionFormPages(
    ConnectionStore connections, ContentConnections changes, ConnectionSecrets secrets, PageStore pages, CompanyDirectory directory,
    BodyValidation bodies, ContentSystemPages shown)
{
    public async Task<IResult> NewAsync(HttpContext http)
    {
        var (workspace, problem) = await WorkspaceAsync(http, http.Request.Query["workspace"].ToString());
        return problem is not null ? problem.ToResult() : await PageAsync(http, workspace!, ConnectionForm.New());
    }

    public async Task<IResult> CreateAsync(HttpContext http)
    {
        var (person, cancel) = (Person.Of(http), http.RequestAborted);
        var filled = await http.Request.ReadFormAsync(cancel);
        var (workspace, problem) = await WorkspaceAsync(http, filled["workspace"].ToString());
        if (problem is not null)
        {
            return problem.ToResult();
        }
        var form = ConnectionForm.Of(filled);
        var (body, invalid) = await bodies.ReadAsync<NewContentConnection>(form.ToNew(workspace!.Id), cancel);
        var caller = ConnectionCaller.Of(workspace.Key, person.User.Key, person.View, directory);
        var (made, refused) = invalid is not null ? invalid
            : await changes.CreateAsync(
                workspace, caller, body!, FormOperation.Of(person, form["nonce"], form.ToNew("").GetRawText()), cancel);
        return refused is not null ? await PageAsync(http, workspace, form, refused)
            : await shown.PageAsync(http, made!, await secrets.ReadAsync(made!.Secret, cancel));
    }

    public async Task<IResult> EditAsync(HttpContext http)
    {
        var (workspace, connection, problem) = await FindAsync(http);
        return problem is not null ? problem.ToResult()
            : await PageAsync(http, workspace!, ConnectionForm.Of(connection!), null, connection);
    }

    public async Task<IResult> ChangeAsync(HttpContext http)
    {
        var cancel = http.RequestAborted;
        var (workspace, connection, problem) = await FindAsync(http);
        if (problem is not null)
        {
            return problem.ToResult();
        }
        var form = ConnectionForm.Of(await http.Request.ReadFormAsync(cancel));
        var (body, invalid) = await bodies.ReadAsync<ContentConnectionChange>(form.ToChange(connection!), cancel);
        var (_, refused) = invalid is not null ? invalid
            : await changes.UpdateAsync(connection!.Id, body!, OperationId.Once(), cancel);
        return refused is not null ? await PageAsync(http, workspace!, form, refused, connection)
            : Results.LocalRedirect($"{ContentSystemEndpoints.Path}/{connection!.PublicId}?done=changed");
    }

    async Task<(Workspace?, ContentConnection?, Problem?)> FindAsync(HttpContext http)
    {
        var (connection, problem) = await connections.OfPersonAsync(http);
        (var workspace, problem) = problem is not null ? problem
            : await WorkspaceAsync(http, IdKind.Workspace.Format(connection!.Workspace));
        return (workspace, connection, problem);
    }

    /// <summary>A workspace in which the person may make drafts.</summary>
    async Task<Outcome<Workspace>> WorkspaceAsync(HttpContext http, string id)
    {
        var person = Person.Of(http);
        return IdKind.Workspace.TryParse(id, out var parsed) && parsed.Company == person.Company
            ? await ConnectionCaller.Of(parsed.Partition, person.User.Key, person.View, directory)
                .WorkspaceAsync(id, Permission.WRITE, http.RequestAborted)
            : Problems.NotFound("workspace");
    }

    async Task<IResult> PageAsync(
        HttpContext http, Workspace workspace, ConnectionForm form, Problem? refused = null, ContentConnection? connection = null)
    {
        var all = await pages.ListAsync(workspace.Key, http.RequestAborted);
        return PageContext.Of(http).Page<ConnectionFormPage>(new()
        {
            [nameof(ConnectionFormPage.Form)] = form,
            [nameof(ConnectionFormPage.Errors)] = ConnectionForm.ErrorsOf(refused),
            [nameof(ConnectionFormPage.Refusal)] = refused is { Details: null } ? refused.Message : null,
            [nameof(ConnectionFormPage.Workspace)] = workspace,
            [nameof(ConnectionFormPage.Id)] = connection?.PublicId,
            [nameof(ConnectionFormPage.Name)] = connection?.Name,
            [nameof(ConnectionFormPage.HasKey)] = connection?.Api?.Key is not null,
            [nameof(ConnectionFormPage.Pages)] =
                all.Select(page => (IdKind.Page.Format(workspace.Key, page.Key), page.Name, page.Platform)).ToArray(),
        }, refused?.Status() ?? StatusCodes.Status200OK);
    }
}

/// <summary>The form of a connection, as it was filled in.</summary>
/// <param name="Values">By the names of the fields.</param>
/// <param name="Pages">The ids of the chosen pages.</param>
public sealed record ConnectionForm(IReadOnlyDictionary<string, string> Values, string[] Pages)
{
    /// <summary>The fields that say where the parts of an article are.</summary>
    public static readonly (string Name, string Text)[] Parts =
        [("title", "Title"), ("excerpt", "Excerpt"), ("url", "Address"), ("image", "Picture"), ("date", "Date")];

    public string this[string name] => Values.GetValueOrDefault(name, "");

    public static ConnectionForm New() =>
        new(new Dictionary<string, string>(StringComparer.Ordinal) { ["nonce"] = Base32.NewName(), ["schedule"] = "none" }, []);

    public static ConnectionForm Of(IFormCollection form) => new(
        form.ToDictionary(field => field.Key, field => field.Value.ToString().Trim(), StringComparer.Ordinal),
        [.. form["pages"].OfType<string>().Distinct()]);

    internal static ConnectionForm Of(ContentConnection connection)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["name"] = connection.Name,
            ["siteUrl"] = connection.SiteUrl ?? "",
            ["schedule"] = JsonNames.Of(connection.Schedule),
            ["field-title"] = connection.Fields?.Title ?? "",
            ["field-excerpt"] = connection.Fields?.Excerpt ?? "",
            ["field-url"] = connection.Fields?.Url ?? "",
            ["field-image"] = connection.Fields?.Image ?? "",
            ["field-date"] = connection.Fields?.Date ?? "",
            ["apiUrl"] = connection.Api?.Url ?? "",
            ["apiType"] = connection.Api?.Type ?? "",
        };
        foreach (var page in connection.Pages)
        {
            values["template-" + IdKind.Page.Format(connection.Workspace, page.Page)] = page.Template ?? "";
        }
        return new(values, Array.ConvertAll(connection.Pages, page => IdKind.Page.Format(connection.Workspace, page.Page)));
    }

    internal JsonElement ToNew(string workspace)
    {
        var body = Body();
        body["workspaceId"] = workspace;
        body["provider"] = this["provider"];
        body["unsigned"] = Values.ContainsKey("unsigned");
        Set(body, "secret", this["secret"]);
        Set(body, "siteUrl", this["siteUrl"]);
        if (this["apiUrl"].Length > 0 || this["apiKey"].Length > 0)
        {
            body["api"] = Api();
        }
        return Element(body);
    }

    internal JsonElement ToChange(ContentConnection connection)
    {
        var body = Body();
        body["siteUrl"] = Text("siteUrl");
        body.TryAdd("fields", null);
        if (this["apiUrl"].Length == 0)
        {
            body["api"] = null;
        }
        // An API that stays keeps its key, which no page knows.
        else if (this["apiKey"].Length > 0 || this["apiUrl"] != connection.Api?.Url || this["apiType"] != (connection.Api.Type ?? ""))
        {
            body["api"] = Api();
        }
        return Element(body);
    }

    /// <summary>What is wrong, by the names of the fields.</summary>
    internal static Dictionary<string, string> ErrorsOf(Problem? problem)
    {
        Dictionary<string, string> errors = new(StringComparer.Ordinal);
        foreach (var (field, message) in problem?.Details?.Select(detail => (detail.Field, detail.Message)) ?? [])
        {
            var name = field switch
            {
                "api" or "api.url" => "apiUrl",
                "api.type" => "apiType",
                "api.key" => "apiKey",
                _ when field.StartsWith("fields.", StringComparison.Ordinal) => "field-" + field["fields.".Length..],
                _ when field.StartsWith("pages", StringComparison.Ordinal) => "pages",
                _ => field,
            };
            errors.TryAdd(name, message);
        }
        return errors;
    }

    JsonObject Body()
    {
        var body = new JsonObject
        {
            ["name"] = this["name"],
            ["schedule"] = this["schedule"],
            ["pages"] = new JsonArray([.. Pages.Select(page =>
            {
                var one = new JsonObject { ["pageId"] = page };
                Set(one, "template", this["template-" + page]);
                return one;
            })]),
        };
        var fields = new JsonObject();
        foreach (var (name, _) in Parts)
        {
            Set(fields, name, this["field-" + name]);
        }
        if (fields.Count > 0)
        {
            body["fields"] = fields;
        }
        return body;
    }

    JsonObject Api()
    {
        var api = new JsonObject { ["url"] = this["apiUrl"] };
        Set(api, "type", this["apiType"]);
        Set(api, "key", this["apiKey"]);
        return api;
    }

    JsonValue? Text(string name) => this[name] is { Length: > 0 } text ? JsonValue.Create(text) : null;

    static void Set(JsonObject body, string name, string value)
    {
        if (value.Length > 0)
        {
            body[name] = value;
        }
    }

    static JsonElement Element(JsonObject body)
    {
        using var document = JsonDocument.Parse(body.ToJsonString());
        return document.RootElement.Clone();
    }
}
