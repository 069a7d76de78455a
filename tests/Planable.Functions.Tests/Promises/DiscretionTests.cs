using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Planable.Company.Tokens;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Posts;
using Planable.Functions.Tests.Settings;
using Planable.Functions.Tests.Work;

namespace Planable.Functions.Tests.Promises;

/// <summary>
/// What is logged and exported helps who operates the app, and tells nothing that belongs to who uses it:
/// not even where every line is asked for. An exporter drops what becomes too much for it, so no other tests run beside.
/// </summary>
[Collection(nameof(Undisturbed))]
public sealed class DiscretionTests(AzuriteFixture fixture)
{
    static readonly (string, string)[] Everything = [.. new[] { "", ":Console", ":OpenTelemetry", ":Lines" }.SelectMany(provider =>
        new[] { ($"Logging{provider}:LogLevel:Default", "Trace"), ($"Logging{provider}:LogLevel:Microsoft.AspNetCore", "Trace") })];

    static readonly (string, string) Insights =
        ("APPLICATIONINSIGHTS_CONNECTION_STRING", $"InstrumentationKey={Guid.Empty};IngestionEndpoint=https://insights.invalid/");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_that_callers_send_or_get_is_logged_or_exported()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var (lines, lossy) = (new Lines(), new LossyTransport("/$batch"));
        var secrets = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await using (var app = App.Start(
            fixture.ConnectionString,
            services => services.AddSingleton<ILoggerProvider>(lines).AddSingleton<HttpPipelinePolicy>(lossy)
                .AddSingleton(DelegatedTokenCredential.Create((_, _) => new("the app's identity", DateTimeOffset.MaxValue)))
                .Configure<AzureMonitorExporterOptions>(options =>
                {
                    options.AddPolicy(new Detour(receiver.Address), HttpPipelinePosition.BeforeTransport);
                    // All traces, where it would get some.
                    (options.TracesPerSecond, options.SamplingRatio) = (null, 1);
                }),
            [.. receiver.Settings, Insights, .. Everything, ("WEBSITE_AUTH_ENABLED", "True")]))
        {
            await WorkAsync(app, lossy, (what, secret) => secrets[what] = secret);
        }

        // It did log and export, and what is looked for would be found.
        Assert.Contains(lines.All,
            line => line.Contains("The outcome of a transaction", StringComparison.Ordinal)
                && line.Contains("req_", StringComparison.Ordinal));
        Assert.Contains("The outcome of a transaction", receiver.Text, StringComparison.Ordinal);
        Assert.Contains(receiver.Spans, span => span.Name == "POST /api/v1/posts/");
        Assert.Contains("Bearer the app's identity", receiver.Insights, StringComparison.Ordinal);
        Assert.Contains("The outcome of a transaction", receiver.Insights, StringComparison.Ordinal);
        Assert.Contains("\"POST /api/v1/posts/\"", receiver.Insights, StringComparison.Ordinal);
        Assert.True(secrets.Count > 15);
        foreach (var (what, secret) in secrets)
        {
            Assert.All(lines.All, line => Assert.False(line.Contains(secret, StringComparison.OrdinalIgnoreCase), $"{what}: {line}"));
            Assert.False(receiver.Text.Contains(secret, StringComparison.OrdinalIgnoreCase), $"{what} is exported");
            Assert.False(receiver.Insights.Contains(secret, StringComparison.OrdinalIgnoreCase), $"{what} is in Application Insights");
        }
    }

    static async Task WorkAsync(App app, LossyTransport lossy, Action<string, string> keep)
    {
        var company = await TestCompany.CreateAsync(app, approval: ApprovalTests.Settings("OPTIONAL"));
        var owner = await company.PersonAsync(company.Owner with { Email = Mark("e-mail") + "@example.com", Name = Mark("name") });
        var key = Mark("Idempotency-Key");
        Token(company.Token);
        keep("token of another call", TokenText.New());

        var post = (await company.Client.PostAsync(
            "/posts", company.Post(Mark("text")).With("internalNote", Mark("note")), key).CreatedAsync()).Ids("posts")[0];
        lossy.Lose(1);
        await company.Client.PostAsync("/posts", company.Post(Mark("another text")), Mark("lost key")).CreatedAsync();
        lossy.Lose(20);
        using (await company.Client.PostAsync("/posts", company.Post(Mark("lost text")), key))
        {
            lossy.Lose(0);
        }
        await company.Client.PatchAsync("/posts/" + post, new { text = Mark("changed text") }).OkAsync();
        await company.CommentAsync(post, Mark("comment"));
        await company.CampaignAsync(name: Mark("campaign"));
        await company.Client.PostAsync(
            "/labels", new { workspaceId = company.WorkspaceId, text = Mark("label"), color = "fog" }).CreatedAsync();
        await company.Client.PostAsync($"/posts/{post}/reject", new { reason = Mark("reason") }).OkAsync();

        await company.Client.SendAsync(HttpMethod.Post, "/posts", "{ \"text\": \"" + Mark("broken body")).InvalidAsync();
        await company.Client.PostAsync("/posts", company.Post().With("pageId", Mark("id in a body"))).NotFoundAsync();
        await company.Client.GetAsync("/posts/" + Mark("id in a path")).NotFoundAsync();
        await company.Client.GetAsync($"/posts?workspaceId={Mark("query")}&limit={Mark("number")}").InvalidAsync();
        await company.Client.GetAsync("/" + Mark("path")).NotFoundAsync();
        await company.Client.SendAsync(new(Mark("METHOD")), "/posts").ShouldBeAsync(HttpStatusCode.MethodNotAllowed);
        await company.Client.SendAsync(HttpMethod.Get, "/ping", change: request =>
        {
            request.Headers.Add("User-Agent", Mark("User-Agent"));
            request.Headers.Add("Cookie", "a=" + Mark("cookie"));
            request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00");
            request.Headers.Add("baggage", "a=" + Mark("baggage"));
        }).OkAsync();
        await app.As("pln_" + Mark("no token")).GetAsync("/ping").UnauthorizedAsync();

        var link = (await company.Client.SendAsync(HttpMethod.Post, $"/posts/{post}/share").OkAsync())["data"]!.Text("publicShareLink");
        keep("share link", link.Split('/')[^1]);
        using var shared = await app.Http.GetAsync(new Uri(link), Cancel);
        Assert.Equal(HttpStatusCode.OK, shared.StatusCode);

        var (principal, code) =
            (PlatformSignInTests.Principal(), (await app.InviteAsync(company.Key, owner.Key, Cancel))!);
        keep("principal", principal);
        keep("invitation", code);
        var visitor = new Visitor(app, (PlatformSignInTests.Header, principal), PlatformSignInTests.Secure);
        (await visitor.GetAsync("/settings/invitation?code=" + code)).Dispose();
        (await visitor.PostAsync("/settings/invitation", ("code", code))).Dispose();
        (await visitor.GenerateAsync(("name", Mark("name of a token")))).Dispose();
        Token(visitor.Token);
        keep("form token", visitor.FormToken);
        await app.As(visitor.Token).GetAsync("/ping").OkAsync();

        string Mark(string what)
        {
            var mark = "mark" + Guid.NewGuid().ToString("N");
            keep(what, mark);
            return mark;
        }

        void Token(string text)
        {
            keep("token " + text, text[TokenText.Prefix.Length..]);
            // Where it is shorter, in its row's key, it is no less the hash.
            keep("hash of " + text, TokenText.Hash(text)[..32]);
        }
    }

    /// <summary>Sends elsewhere what is signed and ready.</summary>
    sealed class Detour(Uri to) : HttpPipelineSynchronousPolicy
    {
        public override void OnSendingRequest(HttpMessage message) =>
            message.Request.Uri.Reset(new Uri(to, message.Request.Uri.ToUri().PathAndQuery));
    }

    /// <summary>What a provider writes that shows scopes, too.</summary>
    [ProviderAlias("Lines")]
    sealed class Lines : ILoggerProvider, ISupportExternalScope
    {
        IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

        public ConcurrentQueue<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

        public void Dispose()
        {
        }

        sealed class Logger(Lines lines, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                var line = new StringBuilder($"{logLevel} {category}: {formatter(state, exception)} {exception}");
                Add(state);
                lines._scopes.ForEachScope((scope, all) => Add(scope), line);
                lines.All.Enqueue(line.ToString());

                void Add(object? values)
                {
                    foreach (var (name, value) in values as IEnumerable<KeyValuePair<string, object?>> ?? [])
                    {
                        line.Append(null, $" {name}={value}");
                    }
                }
            }
        }
    }
}
