using System.Net;
using Azure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Planable.Platform.Hosting;
using Planable.Platform.Secrets;

namespace Planable.Functions.Tests.Secrets;

/// <summary>The vault's own client and the app's own identity, against what is documented of both.</summary>
public sealed class KeyVaultSecretsTests(AzuriteFixture fixture, FakeKeyVault vaults) : SecretStoreTests
{
    const string Value = "pln_of_which_nobody_may_hear";

    readonly FakeVault _vault = vaults.New();

    [Fact]
    public async Task The_challenge_is_answered_once()
    {
        var store = Open();

        await store.SetAsync("one", Value, Cancel);
        await store.SetAsync("two", Value, Cancel);
        await store.GetAsync("two", Cancel);

        Assert.Equal(["PUT /secrets/one 401", "PUT /secrets/one 200", "PUT /secrets/two 200", "GET /secrets/two 200"], _vault.Requests);
    }

    [Theory]
    [InlineData("AzureWebJobsStorage:clientId")]
    [InlineData("AZURE_CLIENT_ID")]
    public async Task The_identity_that_is_set_is_the_one_that_asks(string setting)
    {
        var identity = Guid.NewGuid().ToString();

        await Open((setting, identity)).SetAsync("one", Value, Cancel);

        Assert.Contains(identity, vaults.Identities);
    }

    [Fact]
    public async Task Nothing_is_asked_of_a_vault_before_it_is_needed()
    {
        await using var app = Start();
        await (await TestCompany.CreateAsync(app)).Client.GetAsync("/ping").OkAsync();

        Assert.Empty(_vault.Requests);
    }

    [Fact]
    public async Task A_list_takes_a_call_a_page()
    {
        var store = Open();
        for (var i = 0; i < 51; i++)
        {
            await store.SetAsync($"secret-{i}", Value, Cancel);
        }
        _vault.Requests.Clear();

        Assert.Equal(51, await store.ListAsync("", Cancel).CountAsync(Cancel));
        Assert.Equal(["GET /secrets 200", "GET /secrets 200", "GET /secrets 200"], _vault.Requests);
    }

    [Fact]
    public async Task A_deleted_name_stays_taken()
    {
        var store = Open();
        await store.SetAsync("one", Value, Cancel);
        await store.DeleteAsync("one", Cancel);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => store.SetAsync("one", Value, Cancel));

        Assert.Equal(409, error.Status);
        Assert.Null(await store.GetAsync("one", Cancel));
        Assert.DoesNotContain(Value, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_throttled_call_waits_as_long_as_the_vault_says_and_then_succeeds()
    {
        var store = Open();
        await store.SetAsync("one", Value, Cancel);
        _vault.Throttle(1, retryAfter: "2");
        var start = TimeProvider.System.GetTimestamp();

        Assert.Equal(Value, await store.GetAsync("one", Cancel));

        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.FromSeconds(1.9), TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("60", 1)]
    [InlineData("Wed, 21 Oct 2065 07:28:00 GMT", 1)]
    [InlineData("0", 4)]
    [InlineData(null, 4)]
    public async Task Beyond_patience_the_caller_is_told_to_come_again(string? retryAfter, int tries)
    {
        await using var app = Start();
        await app.Get<SecretStore>().SetAsync("one", Value, Cancel);
        _vault.Requests.Clear();
        _vault.Throttle(tries, retryAfter);
        var start = TimeProvider.System.GetTimestamp();

        using var answer = await app.Http.GetAsync(new Uri("/secret/one", UriKind.Relative), Cancel);

        await Task.FromResult(answer).FailAsync(HttpStatusCode.ServiceUnavailable, "INTERNAL");
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal(Enumerable.Repeat("GET /secrets/one 429", tries), _vault.Requests);
        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(50));
        Assert.Equal(Value, await app.Http.GetStringAsync(new Uri("/secret/one", UriKind.Relative), Cancel));
    }

    [Fact]
    public async Task A_vault_that_refuses_us_is_our_fault_and_the_caller_hears_no_more()
    {
        await using var app = Start();
        _vault.Forbid(1);

        await app.Http.GetAsync(new Uri("/secret/one", UriKind.Relative), Cancel).FailAsync(HttpStatusCode.InternalServerError, "INTERNAL");
    }

    [Fact]
    public async Task An_identity_that_cannot_be_had_is_said_to_pass()
    {
        await using var app = Start(("AZURE_CLIENT_ID", FakeKeyVault.Nobody));

        await app.Http.GetAsync(new Uri("/secret/one", UriKind.Relative), Cancel).FailAsync(HttpStatusCode.ServiceUnavailable, "INTERNAL");
    }

    [Fact]
    public async Task An_app_whose_vault_is_away_is_not_ready()
    {
        await using var app = Start();
        _vault.Forbid(1);

        using var answer = await app.Http.GetAsync(new Uri("/api/health/ready", UriKind.Relative), Cancel);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));
    }

    [Fact]
    public async Task No_exception_has_the_value()
    {
        var store = Open();
        foreach (var refuse in new Action[] { () => _vault.Forbid(1), () => _vault.Throttle(4), () => _vault.Throttle(1, "60") })
        {
            refuse();
            var error = await Assert.ThrowsAsync<RequestFailedException>(() => store.SetAsync("one", Value, Cancel));

            Assert.DoesNotContain(Value, error.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(FakeKeyVault.Bearer, error.ToString(), StringComparison.Ordinal);
        }
        Assert.Empty(_vault.Names);
    }

    private protected override SecretStore Open() => Open([]);

    SecretStore Open(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [new("KeyVault:vaultUri", _vault.Uri), .. settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value))]).Build();
        return new ServiceCollection().AddSingleton<IConfiguration>(configuration)
            .AddIdentity().AddSecrets(configuration).AddSingleton(vaults.Route).BuildServiceProvider().GetRequiredService<SecretStore>();
    }

    /// <summary>The app, and a path of it that reads a secret.</summary>
    App Start(params (string Key, string Value)[] settings) => App.Start(
        fixture.ConnectionString, services => services.AddSingleton(vaults.Route).AddSingleton<IStartupFilter, Reader>(),
        [.. App.CallsOnly, .. settings, ("KeyVault:vaultUri", _vault.Uri)]);

    sealed class Reader : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            next(app);
            app.Run(async http =>
            {
                var name = Path.GetFileName(http.Request.Path.Value!);
                await http.Response.WriteAsync(
                    await http.RequestServices.GetRequiredService<SecretStore>().GetAsync(name, http.RequestAborted) ?? "");
            });
        };
    }
}
