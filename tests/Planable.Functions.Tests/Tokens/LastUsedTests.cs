using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Planable.Company.Tokens;
using Planable.Functions.Tests.Hosting;

namespace Planable.Functions.Tests.Tokens;

/// <summary>That a token was used is noted beside the call, at most once an hour.</summary>
public sealed class LastUsedTests(TokenGround ground) : TokenTests(ground)
{
    readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task A_token_in_use_costs_one_write_an_hour()
    {
        var notes = new Notes();
        await using var app = Start(notes);
        var company = await TestCompany.CreateAsync(One);
        var (token, text) = await MakeAsync(One, company);

        foreach (var (minutes, writes) in new[] { (0, 1), (1, 1), (58, 1), (2, 2), (59, 2), (2, 3) })
        {
            _time.Advance(TimeSpan.FromMinutes(minutes));
            await app.As(text).GetAsync("/ping").OkAsync();
            await app.As(text).GetAsync("/ping").OkAsync();
            await Eventually.TrueAsync(() => notes.Written == writes, $"{writes} notes");
            Assert.Equal(notes.Written, notes.Sent);
        }
        Assert.Equal(_time.GetUtcNow(), await UsedAtAsync(token));
    }

    [Fact]
    public async Task Fifty_calls_at_once_are_noted_by_one_write()
    {
        var notes = new Notes();
        await using var app = Start(notes);
        var company = await TestCompany.CreateAsync(One);
        var (token, text) = await MakeAsync(One, company);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => app.As(text).GetAsync("/ping").OkAsync()));

        await Eventually.TrueAsync(() => notes.Written > 0, "it is noted");
        Assert.Equal(_time.GetUtcNow(), await UsedAtAsync(token));
        // A note that is sent once all of the fifty have been is the second.
        _time.Advance(TimeSpan.FromMinutes(61));
        await app.As(text).GetAsync("/ping").OkAsync();
        await Eventually.TrueAsync(async () => await UsedAtAsync(token) == _time.GetUtcNow(), "a later call is noted");
        await Eventually.TrueAsync(() => notes.Answered == notes.Sent, "no note is under way");
        Assert.Equal((2, 2), (notes.Sent, notes.Written));
    }

    [Fact]
    public async Task Calls_on_two_instances_at_once_are_noted_by_one_write()
    {
        var notes = new Notes();
        await using var app = Start(notes);
        await using var other = Start(notes);
        var company = await TestCompany.CreateAsync(One);
        var (_, text) = await MakeAsync(One, company);
        // Both have read the row before either notes it.
        notes.Hold();

        await Task.WhenAll(app.As(text).GetAsync("/ping").OkAsync(), other.As(text).GetAsync("/ping").OkAsync());
        await Eventually.TrueAsync(() => notes.Sent == 2, "both would note it");
        notes.Release();

        await Eventually.TrueAsync(() => notes.Answered == 2, "both have tried");
        Assert.Equal(1, notes.Written);
    }

    [Fact]
    public async Task The_caller_does_not_wait_for_the_note_and_it_brings_no_revoked_token_back()
    {
        var notes = new Notes();
        await using var app = Start(notes);
        var company = await TestCompany.CreateAsync(One);
        var (token, text) = await MakeAsync(One, company);
        notes.Hold();

        await app.As(text).GetAsync("/ping").OkAsync();
        await Eventually.TrueAsync(() => notes.Sent == 1, "the note is under way");
        await RevokeAsync(One, company, token);
        notes.Release();
        await Eventually.TrueAsync(() => notes.Answered == 1, "the note has come");

        Assert.Equal(0, notes.Written);
        Assert.Null(await One.Get<TokenStore>().RowAsync(token.Hash, Cancel));
        await app.As(text).GetAsync("/ping").UnauthorizedAsync();
    }

    App Start(Notes notes) => Ground.Start(notes, services => services.AddSingleton<TimeProvider>(_time));

    async Task<DateTimeOffset?> UsedAtAsync(Token token) =>
        (await One.Get<TokenStore>().RowAsync(token.Hash, Cancel))!.GetDateTimeOffset("UsedAt");

    /// <summary>Counts the writes to the table of tokens, and holds them back where asked.</summary>
    sealed class Notes : HttpPipelinePolicy
    {
        int _sent, _answered, _written;
        TaskCompletionSource? _held;

        public int Sent => _sent;

        public int Answered => _answered;

        public int Written => _written;

        public void Hold() => _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _held!.SetResult();

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (message.Request.Method == RequestMethod.Get || !message.Request.Uri.Path.Contains("/tokens(", StringComparison.Ordinal))
            {
                await ProcessNextAsync(message, pipeline);
                return;
            }
            Interlocked.Increment(ref _sent);
            await (_held?.Task ?? Task.CompletedTask);
            await ProcessNextAsync(message, pipeline);
            if (!message.Response.IsError)
            {
                Interlocked.Increment(ref _written);
            }
            Interlocked.Increment(ref _answered);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}
