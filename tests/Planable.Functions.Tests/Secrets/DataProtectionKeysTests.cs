using System.Collections.Concurrent;
using System.Security.Cryptography;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Planable.Platform.Hosting;
using Planable.Platform.Secrets;
using Planable.Settings;
using Planable.Storage;

namespace Planable.Functions.Tests.Secrets;

/// <summary>What one instance protects another reads.</summary>
public sealed class DataProtectionKeysTests(AzuriteFixture fixture, FakeKeyVault vaults) : IAsyncLifetime
{
    readonly FakeVault _vault = vaults.New();
    readonly List<Instance> _instances = [];
    LocalStorage _storage = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A storage of its own: the keys are the whole app's.</summary>
    public async ValueTask InitializeAsync()
    {
        _storage = await LocalStorage.StartInMemoryAsync(_ => { }, Cancel);
        await new TableServiceClient(_storage.ConnectionString).CreateTableAsync("companies", Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances)
        {
            await instance.DisposeAsync();
        }
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task What_one_instance_protects_another_reads()
    {
        var payload = (await StartAsync()).Protector.Protect("a form");
        _vault.Requests.Clear();

        Assert.Equal("a form", (await StartAsync()).Protector.Unprotect(payload));

        Assert.StartsWith("data-protection-", Assert.Single(_vault.Names), StringComparison.Ordinal);
        Assert.DoesNotContain("GET /secrets 200", _vault.Requests);
    }

    [Fact]
    public async Task Instances_that_make_the_first_key_at_once_read_one_another()
    {
        var instances = new[] { await StartAsync(), await StartAsync(), await StartAsync() };
        var payloads = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(instances, Cancel, (instance, _) =>
        {
            payloads.Add(instance.Protector.Protect("a form"));
            return ValueTask.CompletedTask;
        });

        Assert.All(instances.Append(await StartAsync()), instance =>
            Assert.All(payloads, payload => Assert.Equal("a form", instance.Protector.Unprotect(payload))));
    }

    [Fact]
    public async Task A_start_reads_no_keys()
    {
        await StartAsync();

        Assert.Empty(_vault.Requests);
        Assert.DoesNotContain(
            fixture.App.Services.GetServices<IHostedService>(),
            service => service.GetType().Assembly == typeof(IDataProtectionBuilder).Assembly);
    }

    [Fact]
    public async Task Nothing_is_logged_that_somebody_would_have_to_read()
    {
        var instance = await StartAsync();

        instance.Protector.Unprotect(instance.Protector.Protect("a form"));

        Assert.Empty(instance.Warnings);
    }

    [Fact]
    public async Task What_a_key_protected_that_is_gone_from_the_vault_is_refused_and_a_new_key_is_made()
    {
        var payload = (await StartAsync()).Protector.Protect("a form");
        var later = await StartAsync();
        await later.Secrets.DeleteAsync(_vault.Names.Single(), Cancel);

        Assert.Throws<CryptographicException>(() => later.Protector.Unprotect(payload));
        Assert.Equal("a form", (await StartAsync()).Protector.Unprotect(later.Protector.Protect("a form")));
    }

    async Task<Instance> StartAsync()
    {
        var instance = new Instance(_storage.ConnectionString, _vault.Uri, vaults);
        _instances.Add(instance);
        await instance.App.StartAsync(Cancel);
        return instance;
    }

    /// <summary>A host with forms, as the app has one; in a folder of its own, as a new deployment is.</summary>
    sealed class Instance : ILoggerProvider, ILogger, IAsyncDisposable
    {
        readonly string _folder = Directory.CreateTempSubdirectory("planable-test").FullName;

        public Instance(string storage, string vault, FakeKeyVault vaults)
        {
            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = _folder });
            builder.Configuration.AddInMemoryCollection(
                [new("AzureWebJobsStorage", storage), new("KeyVault:vaultUri", vault), new("urls", "http://127.0.0.1:0")]);
            builder.Logging.ClearProviders().AddProvider(this);
            builder.Services.AddSingleton(TimeProvider.System).AddSingleton(vaults.Route);
            builder.Services.AddIdentity().AddStorage(builder.Configuration).AddSecrets(builder.Configuration)
                .AddAntiforgery().AddDataProtectionInSecrets();
            App = builder.Build();
        }

        public WebApplication App { get; }

        public ConcurrentQueue<string> Warnings { get; } = [];

        public SecretStore Secrets => App.Services.GetRequiredService<SecretStore>();

        public IDataProtector Protector => App.Services.GetDataProtector("forms");

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Warnings.Enqueue(formatter(state, exception));
            }
        }

        public void Dispose()
        {
        }

        public async ValueTask DisposeAsync()
        {
            await App.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
