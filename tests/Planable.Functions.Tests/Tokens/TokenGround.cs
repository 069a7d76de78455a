using System.Text.Json;
using Azure.Core.Pipeline;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Planable.Company.Audit;
using Planable.Company.Tokens;
using Planable.Functions.Tests.Secrets;
using Planable.Platform;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Tokens;

/// <summary>
/// A storage and a vault of their own, and two instances on them that run no triggers:
/// what follows a write does when a test says so.
/// </summary>
public sealed class TokenGround(FakeKeyVault vaults) : IAsyncLifetime
{
    const int MostAttempts = 5;

    LocalStorage _storage = null!;
    OutboxMessage? _last;

    internal FakeVault Vault { get; } = vaults.New();

    internal App One { get; private set; } = null!;

    internal App Other { get; private set; } = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _storage = await LocalStorage.StartInMemoryAsync(_ => { }, CancellationToken.None);
        (One, Other) = (Start(), Start());
        await Task.WhenAll(One.Get<Tables>().All.Select(table => (Task)table.CreateAsync()).Append(Queue.CreateAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        await One.DisposeAsync();
        await Other.DisposeAsync();
        await _storage.DisposeAsync();
    }

    /// <summary>Another instance.</summary>
    internal App Start(HttpPipelinePolicy? between = null, Action<IServiceCollection>? services = null) => App.Start(
        _storage.ConnectionString,
        all =>
        {
            if (between is not null)
            {
                all.AddSingleton(between);
            }
            all.AddSingleton(vaults.Route);
            services?.Invoke(all);
        },
        [.. App.CallsOnly, ("KeyVault:vaultUri", Vault.Uri)]);

    /// <summary>Handles all messages as they are handled later, by the host's rules: what keeps failing is given up.</summary>
    /// <param name="after">By when a write that is not there will never come.</param>
    /// <param name="again">Does not wait for the last message that was put off, but handles it as it was.</param>
    /// <returns>How many were given up.</returns>
    internal async Task<int> DispatchAsync(TimeSpan? after = null, bool again = false)
    {
        var later = new FakeTimeProvider(TimeProvider.System.GetUtcNow() + (after ?? TimeSpan.FromMinutes(16)));
        var handler = ActivatorUtilities.CreateInstance<OutboxDispatcher>(Other.Services, later);
        if (again)
        {
            await Queue.ClearMessagesAsync(Cancel);
            await handler.RunAsync(_last!, isLastAttempt: false, Cancel);
            return 0;
        }
        var (poisoned, left) = (0, await CountAsync());
        while (left > 0)
        {
            var messages = (await Queue.ReceiveMessagesAsync(32, TimeSpan.FromMinutes(5), Cancel)).Value;
            if (messages.Length == 0)
            {
                await Task.Delay(50, Cancel);
            }
            foreach (var message in messages)
            {
                if (await TryAsync(message) || message.DequeueCount >= MostAttempts)
                {
                    left--;
                }
            }
        }
        return poisoned;

        async Task<bool> TryAsync(QueueMessage message)
        {
            _last = JsonSerializer.Deserialize(message.Body, WorkStoredJson.Default.MessageOutboxMessage)!.Job;
            var isLastAttempt = message.DequeueCount >= MostAttempts;
            try
            {
                await handler.RunAsync(_last, isLastAttempt, Cancel);
            }
            catch (Exception) when (!isLastAttempt)
            {
                await Queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, message.Body, TimeSpan.Zero, Cancel);
                return false;
            }
            catch (Exception)
            {
                poisoned++;
            }
            await Queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, Cancel);
            return true;
        }
    }

    /// <summary>Messages there are, hidden ones too.</summary>
    internal async Task<int> CountAsync() => (await Queue.GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount;

    QueueClient Queue => One.Get<QueueServiceClient>().GetQueueClient(Queues.Outbox);
}

/// <summary>Tests on a <see cref="TokenGround"/>, one at a time.</summary>
public abstract class TokenTests(TokenGround ground) : IClassFixture<TokenGround>
{
    private protected const string Address = "192.0.2.7";

    readonly string[] _secretsBefore = ground.Vault.Names;

    private protected TokenGround Ground => ground;

    private protected App One => ground.One;

    private protected App Other => ground.Other;

    private protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The hashes in the vault since the test began.</summary>
    private protected string[] Secrets => [.. Sorted(ground.Vault.Names.Except(_secretsBefore).Select(name => name["token-".Length..]))];

    /// <summary>As a form's nonce and content name a write.</summary>
    private protected static OperationId Form(string nonce, string content = "content") => new()
    {
        Name = Base32.Derive(Convert.FromHexString(TokenText.Hash(nonce)), 26),
        Fingerprint = Convert.FromHexString(TokenText.Hash(content)),
    };

    private protected static Task<Outcome<Token>> GenerateAsync(
        App app, TestCompany company, OperationId? write = null, string name = "Made", DateTimeOffset? expiresAt = null) =>
        app.Get<CompanyTokens>().CreateAsync(
            company.Key, new(name, Scope.Write, null, expiresAt), new(company.Owner.Key, Address), write ?? OperationId.Once(), Cancel);

    private protected static async Task<(Token Token, string Text)> MakeAsync(
        App app, TestCompany company, DateTimeOffset? expiresAt = null)
    {
        var (token, problem) = await GenerateAsync(app, company, expiresAt: expiresAt);
        Assert.Null(problem);
        return (token!, (await app.Get<CompanyTokens>().TextAsync(token!, Cancel))!);
    }

    private protected static async Task RevokeAsync(App app, TestCompany company, Token token)
    {
        var (_, problem) = await app.Get<CompanyTokens>().RevokeAsync(token, new(company.Owner.Key, Address), Cancel);
        Assert.Null(problem);
    }

    /// <summary>The hashes that a company lists.</summary>
    private protected async Task<string[]> ListedAsync(TestCompany company) =>
        [.. Sorted((await One.Get<CompanyTokens>().ListAsync(company.Key, Cancel)).Select(token => token.Hash))];

    /// <summary>The hashes that have a row, but for the test's own token.</summary>
    private protected async Task<string[]> RowsAsync(TestCompany company, bool activeOnly = false)
    {
        var key = TokenText.Hash(company.Token);
        var rows = await One.Get<Tables>().Tokens.QueryAsync<Azure.Data.Tables.TableEntity>(cancellationToken: Cancel).ToListAsync(Cancel);
        return [.. Sorted(
            from row in rows
            where !activeOnly || row.GetBoolean("Active") is true
            let token = row.Read(TokenStoredJson.Default.Token)
            where token.Company == company.Key && token.Hash != key
            select token.Hash)];
    }

    private protected Task<AuditEntry[]> AuditAsync(TestCompany company) => One.Get<AuditLog>().ListAsync(company.Key, null, 500, Cancel);

    /// <summary>List, rows and vault tell of the same tokens, and every one works.</summary>
    private protected async Task AgreeAsync(TestCompany company)
    {
        var listed = await ListedAsync(company);
        Assert.Equal(listed, await RowsAsync(company));
        Assert.Equal(listed, await RowsAsync(company, activeOnly: true));
        Assert.Equal(listed, Secrets);
    }

    static IEnumerable<string> Sorted(IEnumerable<string> all) => all.Order(StringComparer.Ordinal);
}
