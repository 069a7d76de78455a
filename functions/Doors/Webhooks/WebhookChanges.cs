using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Http;
using Planable.Storage;
using Planable.Work;

namespace Planable.Doors.Webhooks;

/// <summary>Creates and changes webhooks, for the API and for the settings pages.</summary>
sealed class WebhookChanges(WebhookStore webhooks, GuardedClient http, TimeProvider time)
{
    public async Task<Outcome<SignedWebhook>> CreateAsync(NewWebhook body, Caller caller, OperationId operation, CancellationToken cancel)
    {
        var (workspaces, problem) = await WorkspacesAsync(body.WorkspaceIds, caller, cancel);
        problem ??= CheckUrl(body.Url);
        if (problem is not null)
        {
            return problem;
        }
        (var made, problem) = await webhooks.CreateAsync(new()
        {
            Company = caller.CompanyKey,
            Key = Ids.NewKey(time),
            Url = body.Url,
            Description = body.Description,
            Events = body.Events,
            Workspaces = workspaces,
            Version = body.Version ?? Webhook.CurrentVersion,
            Creator = caller.Creator.Key,
            Token = caller.TokenId,
            TokenHash = caller.TokenHash,
            Origin = caller.Origin,
            CreatedAt = time.GetUtcNow(),
        }, operation, cancel);
        return problem is not null ? problem : await SignedAsync(made!, cancel);
    }

    public async Task<Outcome<Webhook>> UpdateAsync(
        Id webhook, WebhookChange body, Caller caller, OperationId operation, CancellationToken cancel)
    {
        var (workspaces, problem) = await WorkspacesAsync(body.WorkspaceIds, caller, cancel);
        problem ??= body.Url is null ? null : CheckUrl(body.Url);
        return problem is not null ? problem : await webhooks.ChangeAsync(
            webhook, caller, operation, known => body.Of(known, workspaces),
            body.Paused is false ? [WebhookSettlement.OfWaiting(webhook.Partition + webhook.Key)] : [], cancel);
    }

    /// <summary>Gives a webhook a new secret.</summary>
    public async Task<Outcome<SignedWebhook>> RotateAsync(Id webhook, Caller caller, OperationId operation, CancellationToken cancel)
    {
        var (rotated, problem) = await webhooks.RotateAsync(webhook, caller, operation, cancel);
        return problem is not null ? problem : await SignedAsync(rotated!, cancel);
    }

    async Task<SignedWebhook> SignedAsync(Webhook webhook, CancellationToken cancel) =>
        new(WebhookResponse.Of(webhook), await webhooks.SecretAsync(webhook, cancel) ?? "");

    Problem? CheckUrl(string url) => http.Check(url) is { } why ? Problems.Invalid("url", why) : null;

    /// <summary>The keys of workspaces that the caller may see.</summary>
    static async Task<Outcome<string[]?>> WorkspacesAsync(string[]? ids, Caller caller, CancellationToken cancel)
    {
        foreach (var (index, id) in (ids ?? []).Index())
        {
            if ((await caller.WorkspaceAsync(id, Permission.VIEW, cancel, $"workspaceIds[{index}]")).Problem is { } problem)
            {
                return problem;
            }
        }
        return ids?.Select(id => id[IdKind.Workspace.Prefix.Length..]).Distinct().ToArray();
    }
}
