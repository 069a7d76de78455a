using Azure;
using Azure.Data.Tables;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Platform;
using Planable.Platform.Secrets;
using Planable.Storage;
using Planable.Work;

namespace Planable.Doors.Webhooks;

/// <summary>
/// Webhooks. Table companies, partition = company: rows <c>webhook~</c>key, newest first; the company's row counts them, so that it limits
/// their number and says whether anybody is told of events. Their secrets are in the vault, each under a name of its own; a new secret is
/// stored before the row that names it.
/// </summary>
sealed class WebhookStore(
    Tables tables, Outbox outbox, CompanyStore companies, CompanyDirectory directory, SecretStore secrets, TimeProvider time)
{
    /// <summary>The most webhooks of a company, and the most secrets of a webhook that are valid at once.</summary>
    public const int MostWebhooks = 20, MostSecrets = 5;

    public const string SecretNames = "webhook-";

    /// <summary>The app itself has stopped a webhook. The event's subject is the partition of its deliveries.</summary>
    public const string Stopped = "webhook-stopped";

    const string Prefix = "webhook~";

    /// <summary>How long the old secret still signs beside a new one.</summary>
    static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    /// <summary>A company's webhooks, newest first.</summary>
    public ValueTask<List<Webhook>> ListAsync(string company, CancellationToken cancel) =>
        tables.Companies.RangeAsync(company, Prefix, cancel: cancel)
            .Select(row => row.Read(WebhookStoredJson.Default.Webhook)).Where(webhook => !webhook.IsDeleted).ToListAsync(cancel);

    /// <summary>A webhook, deleted or not.</summary>
    public async Task<Webhook?> FindAsync(Id id, CancellationToken cancel) => (await ReadAsync(id, cancel))?.Value;

    /// <summary>A webhook that the caller may see and change.</summary>
    public async Task<Outcome<Webhook>> FindAsync(Id id, Caller caller, CancellationToken cancel) =>
        await FindAsync(id, cancel) is { } found && found.IsOf(caller) ? found : Problems.NotFound("webhook");

    /// <param name="wanted">The webhook without its secret.</param>
    public async Task<Outcome<Webhook>> CreateAsync(Webhook wanted, OperationId operation, CancellationToken cancel)
    {
        var secret = NewSecret(wanted.Partition);
        var webhook = wanted with { Secrets = [new(secret.Name, null)] };
        var outcome = await outbox.CommitAsync(
            tables.Companies, wanted.Company, operation, WebhookStoredJson.Default.Webhook, PrepareAsync, cancel,
            WebhookSettlement.OfSecret(wanted.Partition, secret.Name));
        directory.Forget(wanted.Company);
        return outcome;

        async Task<Outcome<Commit<Webhook>>> PrepareAsync()
        {
            var company = await companies.ReadProfileAsync(wanted.Company, cancel);
            return company!.Value.Listeners >= MostWebhooks
                ? Problems.Forbidden($"A company can have {MostWebhooks} webhooks, and this one has them.")
                : new Commit<Webhook>(
                    webhook, [Counted(wanted.Company, company, 1), new(TableTransactionActionType.Add, Row(webhook))],
                    () => secret.StoreAsync(secrets, cancel));
        }
    }

    public Task<Outcome<Webhook>> ChangeAsync(
        Id id, Caller caller, OperationId operation, Func<Webhook, Webhook> change, DomainEvent[] events, CancellationToken cancel) =>
        CommitAsync(id, caller, operation, known => new Commit<Webhook>(change(known), []), events, 0, cancel);

    /// <summary>Gives a webhook a new secret. The one that it had still signs for a day.</summary>
    public Task<Outcome<Webhook>> RotateAsync(Id id, Caller caller, OperationId operation, CancellationToken cancel)
    {
        var (secret, now) = (NewSecret(id.Partition + id.Key), time.GetUtcNow());
        return CommitAsync(id, caller, operation, known => known.SecretsAt(now).Count() >= MostSecrets
            ? Problems.Forbidden($"A webhook can have {MostSecrets} valid secrets. An old one is valid for a day.")
            : new Commit<Webhook>(known with
            {
                Secrets = [new(secret.Name, null), .. known.Secrets.Select(old => old with { Until = old.Until ?? now + Overlap })],
            }, [], () => secret.StoreAsync(secrets, cancel)), [WebhookSettlement.OfSecret(id.Partition + id.Key, secret.Name)], 0, cancel);
    }

    /// <summary>Deletes a webhook. Its row stays until its secrets and deliveries are removed.</summary>
    public async Task<Outcome<Webhook>> DeleteAsync(Id id, Caller caller, OperationId operation, CancellationToken cancel)
    {
        var outcome = await CommitAsync(
            id, caller, operation, known => new Commit<Webhook>(known with { IsDeleted = true }, []),
            [WebhookSettlement.OfDeletion(id.Partition + id.Key)], -1, cancel);
        directory.Forget(caller.CompanyKey);
        return outcome;
    }

    /// <summary>Stops an active webhook by the app itself.</summary>
    public Task StopAsync(Webhook webhook, WebhookStatus status, string reason, CancellationToken cancel) => tables.Companies.ChangeAsync(
        webhook.Company, Prefix + webhook.Key, WebhookStoredJson.Default.Webhook,
        known => known is { Status: WebhookStatus.active } ? known with { Status = status, StatusReason = reason } : null, cancel,
        async () => [await outbox.AnnounceAsync(tables.Companies, webhook.Company, [new(Stopped, webhook.Partition)], cancel)]);

    /// <summary>Removes secrets from a webhook that no longer sign.</summary>
    public Task ForgetAsync(Id id, IReadOnlyCollection<WebhookSecret> expired, CancellationToken cancel) => tables.Companies.ChangeAsync(
        id.Partition, Prefix + id.Key, WebhookStoredJson.Default.Webhook,
        known => known is null || !known.Secrets.Intersect(expired).Any() ? null
            : known with { Secrets = [.. known.Secrets.Except(expired)] }, cancel);

    /// <summary>The newest secret of a webhook; null if the vault no longer has it.</summary>
    public Task<string?> SecretAsync(Webhook webhook, CancellationToken cancel) => secrets.GetAsync(webhook.Secrets[0].Name, cancel);

    /// <summary>Removes the row of a deleted webhook.</summary>
    public Task RemoveAsync(Id id, CancellationToken cancel) =>
        tables.Companies.DeleteEntityAsync(id.Partition, Prefix + id.Key, ETag.All, cancel);

    /// <param name="change">Its answer is written as the webhook.</param>
    /// <param name="count">How many webhooks more the company then has.</param>
    Task<Outcome<Webhook>> CommitAsync(
        Id id, Caller caller, OperationId operation, Func<Webhook, Outcome<Commit<Webhook>>> change, DomainEvent[] events, int count,
        CancellationToken cancel)
    {
        return outbox.CommitAsync(
            tables.Companies, caller.CompanyKey, operation, WebhookStoredJson.Default.Webhook, PrepareAsync, cancel, events);

        async Task<Outcome<Commit<Webhook>>> PrepareAsync()
        {
            var company = count == 0 ? null : companies.ReadProfileAsync(caller.CompanyKey, cancel);
            var known = await ReadAsync(id, cancel);
            var counted = company is null ? [] : new[] { Counted(caller.CompanyKey, (await company)!, count) };
            if (known is null || !known.Value.IsOf(caller))
            {
                return Problems.NotFound("webhook");
            }
            var (commit, problem) = change(known.Value);
            return problem is not null ? problem : commit! with
            {
                Actions = [new(TableTransactionActionType.UpdateReplace, Row(commit!.Answer), known.ETag), .. counted],
            };
        }
    }

    async Task<Stored<Webhook>?> ReadAsync(Id id, CancellationToken cancel) =>
        (await tables.Companies.FindAsync(id.Partition, Prefix + id.Key, cancel))?.ReadStored(WebhookStoredJson.Default.Webhook);

    static TableTransactionAction Counted(string company, Stored<CompanyProfile> known, int more) =>
        CompanyStore.Touch(company, known with { Value = known.Value with { Listeners = known.Value.Listeners + more } });

    static TableEntity Row(Webhook webhook) =>
        new TableEntity(webhook.Company, Prefix + webhook.Key).With(webhook, WebhookStoredJson.Default.Webhook);

    static UnstoredSecret NewSecret(string partition) =>
        new($"{SecretNames}{partition}-{Base32.NewName()[..8]}", WebhookSignature.NewSecret());

    /// <summary>A secret that is stored once, however often the write that names it is tried.</summary>
    sealed class UnstoredSecret(string name, string value)
    {
        bool _isStored;

        public string Name => name;

        public async Task StoreAsync(SecretStore secrets, CancellationToken cancel)
        {
            if (!_isStored)
            {
                _isStored = true;
                await secrets.SetAsync(name, value, cancel);
            }
        }
    }
}
