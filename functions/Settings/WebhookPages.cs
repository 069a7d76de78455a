using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Planable.Company.Companies;
using Planable.Company.SignIn;
using Planable.Doors.Webhooks;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Settings;

/// <summary>The pages Company settings → Webhooks.</summary>
static class WebhookPageEndpoints
{
    public const string Path = SettingsEndpoints.Root + "/webhooks";

    public static void MapWebhookPages(this IEndpointRouteBuilder managers)
    {
        managers.MapGet("/webhooks", SettingsEndpoints.Page<WebhookPages>((pages, http) => pages.ListAsync(http)));
        managers.MapPost("/webhooks", SettingsEndpoints.Page<WebhookPages>((pages, http) => pages.CreateAsync(http)));
        managers.MapGet("/webhooks/{id}", SettingsEndpoints.Page<WebhookPages>((pages, http) => pages.ShowAsync(http)));
        managers.MapPost("/webhooks/{id}", SettingsEndpoints.Page<WebhookPages>((pages, http) => pages.ActAsync(http)));
    }
}

/// <summary>A webhook, as a page shows it.</summary>
/// <param name="Workspaces">Their names; null for all.</param>
/// <param name="Last">The newest delivery; null if there is none.</param>
public sealed record ShownWebhook(
    string Id, string Url, string? Description, IReadOnlyList<string>? Events, IReadOnlyList<string>? Workspaces, string Status,
    string? StatusReason, DateTimeOffset CreatedAt, string CreatedBy, SentEvent? Last);

/// <summary>A delivery, as a page shows it.</summary>
/// <param name="Outcome">What the last attempt came to, in words.</param>
public sealed record SentEvent(string Id, string Type, DateTimeOffset At, string Status, string Outcome);

/// <summary>The form that creates a webhook, as it was filled in.</summary>
/// <param name="Nonce">The id of the form, the same each time it is sent.</param>
public sealed record WebhookForm(string Nonce, string Url, string Description, string[] Events, string[] Workspaces)
{
    public static WebhookForm New() => new(Base32.NewName(), "", "", [], []);

    public static WebhookForm Of(IFormCollection form) => new(
        form["nonce"].ToString(), form["url"].ToString().Trim(), form["description"].ToString().Trim(),
        [.. form["events"].OfType<string>().Distinct()], [.. form["workspaces"].OfType<string>().Distinct()]);

    internal NewWebhook ToBody() => new()
    {
        Url = Url,
        Description = Description.Length > 0 ? Description : null,
        Events = Events.Length > 0 ? Events : null,
        WorkspaceIds = Workspaces.Length > 0 ? Workspaces : null,
    };

    public override string ToString() => string.Join('\n', [Url, Description, .. Events, "", .. Workspaces]);
}

sealed class WebhookPages(
    WebhookChanges changes, WebhookStore webhooks, DeliveryStore deliveries, Redelivery redelivery, CompanyStore companies)
{
    /// <summary>Deliveries that a page shows.</summary>
    const int Shown = 50;

    public Task<IResult> ListAsync(HttpContext http) =>
        ListAsync(http, new() { [nameof(WebhooksPage.WasDeleted)] = http.Request.Query.ContainsKey("deleted") });

    public async Task<IResult> CreateAsync(HttpContext http)
    {
        var form = WebhookForm.Of(await http.Request.ReadFormAsync(http.RequestAborted));
        var body = form.ToBody();
        List<ValidationResult> wrong = [];
        var (made, problem) = form.Url.Length == 0 ? Problems.Malformed("Enter an address.")
            : Validator.TryValidateObject(body, new(body), wrong, validateAllProperties: true)
            ? await changes.CreateAsync(
                body, Person.Of(http).Caller(http), FormOperation.Of(Person.Of(http), form.Nonce, form.ToString()), http.RequestAborted)
            : Problems.Malformed(string.Join(' ', wrong.Select(one => one.ErrorMessage)));
        return problem is null
            ? await ListAsync(http, new() { [nameof(WebhooksPage.Made)] = made!.Webhook.Url, [nameof(WebhooksPage.Secret)] = made.Secret })
            : await ListAsync(
                http, new() { [nameof(WebhooksPage.Form)] = form, [nameof(WebhooksPage.Refusal)] = problem.Message }, problem.Status());
    }

    public async Task<IResult> ShowAsync(HttpContext http) =>
        await FindAsync(http) is not { } webhook ? Problems.NotFound("webhook").ToResult()
            : await PageAsync(http, webhook, new() { [nameof(WebhookPage.Done)] = Said(http.Request.Query["done"]) });

    /// <summary>Does what a button of the page says.</summary>
    public async Task<IResult> ActAsync(HttpContext http)
    {
        var (caller, cancel) = (Person.Of(http).Caller(http), http.RequestAborted);
        var form = await http.Request.ReadFormAsync(cancel);
        if (await FindAsync(http) is not { } webhook)
        {
            return Problems.NotFound("webhook").ToResult();
        }
        var (id, action, once) = (Webhook.Parse(webhook.Partition), form["do"].ToString(), OperationId.Once());
        if (action == "rotate")
        {
            var (rotated, refused) = await changes.RotateAsync(id, caller, once, cancel);
            return refused is not null ? refused.ToResult()
                : await PageAsync(http, webhook, new() { [nameof(WebhookPage.Secret)] = rotated!.Secret });
        }
        var problem = action switch
        {
            "pause" => (await changes.UpdateAsync(id, new() { Paused = true }, caller, once, cancel)).Problem,
            "resume" => (await changes.UpdateAsync(id, new() { Paused = false }, caller, once, cancel)).Problem,
            "test" => (await redelivery.TestAsync(id, caller, once, cancel)).Problem,
            "replay" => IdKind.Event.TryParse(form["event"].ToString(), out var sent)
                ? (await redelivery.AgainAsync(id, caller, sent, once, cancel)).Problem : Problems.NotFound("delivery"),
            "delete" => (await webhooks.DeleteAsync(id, caller, once, cancel)).Problem,
            _ => Problems.Malformed("Reload the page and try again."),
        };
        return problem is not null ? problem.ToResult()
            : Results.LocalRedirect(action == "delete" ? WebhookPageEndpoints.Path + "?deleted"
                : $"{WebhookPageEndpoints.Path}/{webhook.Id}?done={action}");
    }

    static string? Said(string? done) => done switch
    {
        "pause" => "It is paused. It gets no events until you resume it.",
        "resume" => "It gets events again.",
        "test" => "A test is on its way.",
        "replay" => "The event is sent once more.",
        _ => null,
    };

    async Task<Webhook?> FindAsync(HttpContext http) =>
        IdKind.Webhook.TryParse((string?)http.Request.RouteValues["id"], out var id) && id.Partition == Person.Of(http).Company
            ? (await webhooks.FindAsync(id, Person.Of(http).Caller(http), http.RequestAborted)).Value : null;

    async Task<IResult> ListAsync(HttpContext http, Dictionary<string, object?> parameters, int status = 200)
    {
        var (company, cancel) = (Person.Of(http).Company, http.RequestAborted);
        var users = companies.UsersAsync(company, cancel);
        var found = webhooks.ListAsync(company, cancel);
        var (_, workspaces) = await companies.ReadAsync(company, cancel);
        var names = await users;
        parameters.TryAdd(nameof(WebhooksPage.Form), WebhookForm.New());
        parameters[nameof(WebhooksPage.Workspaces)] = workspaces.Where(workspace => workspace.DeletedAt is null)
            .OrderBy(workspace => workspace.Name, StringComparer.OrdinalIgnoreCase).ToArray();
        parameters[nameof(WebhooksPage.Webhooks)] = await (await found).EachAsync(async (webhook, stop) =>
            ShownAs(webhook, workspaces, names, await deliveries.ListAsync(webhook.Partition, 0, 1, stop)), cancel);
        return PageContext.Of(http).Page<WebhooksPage>(parameters, status);
    }

    async Task<IResult> PageAsync(HttpContext http, Webhook webhook, Dictionary<string, object?> parameters)
    {
        var cancel = http.RequestAborted;
        var sent = deliveries.ListAsync(webhook.Partition, 0, Shown, cancel);
        var users = companies.UsersAsync(webhook.Company, cancel);
        var (_, workspaces) = await companies.ReadAsync(webhook.Company, cancel);
        var all = await sent;
        parameters[nameof(WebhookPage.Webhook)] = ShownAs(webhook, workspaces, await users, all);
        parameters[nameof(WebhookPage.Deliveries)] = all.ConvertAll(ShownAs);
        return PageContext.Of(http).Page<WebhookPage>(parameters);
    }

    static ShownWebhook ShownAs(Webhook webhook, List<Workspace> workspaces, IEnumerable<User> users, List<Delivery> newest) => new(
        webhook.Id, webhook.Url, webhook.Description, webhook.Events, webhook.Workspaces?.Select(
            key => workspaces.Find(one => one.Key == key)?.Name ?? "a deleted workspace").ToArray(),
        webhook.Status.ToString(), webhook.StatusReason, webhook.CreatedAt,
        users.FirstOrDefault(user => user.Key == webhook.Creator)?.Name ?? "a former user",
        newest is [var last, ..] ? ShownAs(last) : null);

    static SentEvent ShownAs(Delivery delivery) => new(
        delivery.Id, delivery.Event.Type, delivery.At, delivery.Status.ToString(), delivery switch
        {
            { Attempts: [.., { Error: { } error }] } => error,
            { Attempts: [.., { Milliseconds: var took }] } => string.Create(CultureInfo.InvariantCulture, $"Answered in {took} ms."),
            { Status: DeliveryStatus.skipped } => "Not sent: whoever made the webhook may not read it any more.",
            _ => "Waits to be sent.",
        });
}
