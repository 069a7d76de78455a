using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Planable.Company.Audit;
using Planable.Company.Companies;
using Planable.Company.Tokens;
using Planable.Storage;

namespace Planable.Functions.Tests.Tokens;

/// <summary>Owners can look up who did what to tokens, and nobody can look up a token's text.</summary>
public sealed class AuditTests(TokenGround ground) : TokenTests(ground)
{
    [Fact]
    public async Task What_is_done_to_a_token_is_on_record_with_who_when_and_from_where()
    {
        var company = await TestCompany.CreateAsync(One);
        var administrator = await company.PersonAsync(TestCompany.Person(Role.ADMINISTRATOR));
        var start = TimeProvider.System.GetUtcNow();
        var (token, text) = await MakeAsync(One, company);
        var (revealed, _) = await Other.Get<CompanyTokens>().RevealAsync(token, new(administrator.Key, "2001:db8::1"), Cancel);
        await RevokeAsync(Other, company, token);

        var entries = await AuditAsync(company);

        Assert.Equal(text, revealed);
        Assert.Equal(
            [
                (AuditAction.TokenRevoked, company.Owner.Key, Address),
                (AuditAction.TokenRevealed, administrator.Key, "2001:db8::1"),
                (AuditAction.TokenCreated, company.Owner.Key, Address),
            ],
            entries.Select(entry => (entry.Action, entry.By, entry.From)));
        Assert.All(entries, entry => Assert.Equal((token.PublicId, token.Name), (entry.Subject, entry.Name)));
        Assert.All(entries, entry => Assert.InRange(entry.At, start, TimeProvider.System.GetUtcNow()));
    }

    [Fact]
    public async Task A_look_is_on_record_even_if_there_was_nothing_to_see()
    {
        var company = await TestCompany.CreateAsync(One);
        var (token, _) = await MakeAsync(One, company);
        Ground.Vault.Forbid(1);

        await Assert.ThrowsAsync<RequestFailedException>(
            () => One.Get<CompanyTokens>().RevealAsync(token, new(company.Owner.Key, Address), Cancel));

        Assert.Equal((AuditAction.TokenRevealed, token.PublicId),
            (await AuditAsync(company))[0] is var entry ? (entry.Action, entry.Subject) : default);
    }

    [Fact]
    public async Task The_text_of_a_token_is_in_no_row_and_no_log()
    {
        var log = new Lines();
        await using var app = Ground.Start(services: services => services.RemoveAll<ILoggerProvider>()
            .AddSingleton<ILoggerProvider>(log).PostConfigure<LoggerFilterOptions>(all =>
            {
                all.Rules.Clear();
                all.MinLevel = LogLevel.Trace;
            }));
        var company = await TestCompany.CreateAsync(app);
        var (token, text) = await MakeAsync(app, company);
        await app.As(text).GetAsync("/ping").OkAsync();
        await app.As(text).PostAsync("/posts", company.Post(), "a key").CreatedAsync();
        await app.Get<CompanyTokens>().RevealAsync(token, new(company.Owner.Key, Address), Cancel);
        Ground.Vault.Forbid(1);
        await Assert.ThrowsAsync<RequestFailedException>(() => GenerateAsync(app, company));
        var rows = await EverythingAsync();
        await RevokeAsync(app, company, token);
        await app.As(text).GetAsync("/ping").UnauthorizedAsync();

        // What is looked for would be found: the token's hash and name are.
        Assert.Contains(rows, value => value.Contains(token.Hash, StringComparison.Ordinal));
        Assert.Contains(log.All, line => line.Contains("/api/v1/ping", StringComparison.Ordinal));
        var secret = text[TokenText.Prefix.Length..^6];
        Assert.DoesNotContain(rows.Concat(await EverythingAsync()), value => value.Contains(secret, StringComparison.Ordinal));
        Assert.DoesNotContain(log.All, line => line.Contains(secret, StringComparison.Ordinal));
    }

    /// <summary>Every value in every table, documents unpacked.</summary>
    async Task<List<string>> EverythingAsync()
    {
        List<string> values = [];
        foreach (var table in One.Get<Tables>().All)
        {
            await foreach (var row in table.QueryAsync<TableEntity>(cancellationToken: Cancel))
            {
                values.AddRange(row.Keys.Select(key => row[key])
                    .Select(value => value is byte[] { Length: > 0 } bytes ? Encoding.UTF8.GetString(bytes) + Unpack(bytes) : $"{value}"));
            }
        }
        return values;
    }

    static string Unpack(byte[] bytes)
    {
        var text = new byte[1024 * 1024];
        return BrotliDecoder.TryDecompress(bytes, text, out var length) ? Encoding.UTF8.GetString(text, 0, length) : "";
    }

    sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
