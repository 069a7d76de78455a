using System.Net;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Secrets;

namespace Planable.Functions.Tests.Published;

/// <summary>How the worker starts, and what it says where it cannot.</summary>
public sealed class StartTests(AzuriteFixture fixture, FakeKeyVault vaults)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("KeyVault__vaultUri", null,
        "Set KeyVault__vaultUri to a vault's address such as https://example.vault.azure.net: "
        + "only a vault keeps the secrets of this storage.")]
    [InlineData("KeyVault__vaultUri", "my vault",
        "KeyVault__vaultUri is 'my vault', which is not a vault's address such as https://example.vault.azure.net.")]
    [InlineData("AzureWebJobsStorage", null,
        "Set AzureWebJobsStorage to a storage connection string, or AzureWebJobsStorage__accountName to an account's name.")]
    [InlineData("AzureWebJobsStorage", "secret=4711", "AzureWebJobsStorage is not a storage connection string.")]
    [InlineData("RateLimits__Reads", "many", "RateLimits__Reads is 'many', which is not a whole number above 0.")]
    public async Task A_wrong_setting_ends_the_start_with_one_line_that_names_it(string setting, string? value, string line)
    {
        var failed = await Assert.ThrowsAsync<InvalidOperationException>(
            () => PublishedWorker.StartAsync(fixture.ConnectionString, [(setting, value)]));

        // Whatever it wrote, and the code it ended with.
        Assert.Equal($"The worker does not start: The worker ended with 1.\n{line}", failed.Message);
    }

    [Fact]
    public async Task Started_by_hand_it_says_how_it_is_started()
    {
        var folder = Directory.CreateTempSubdirectory("planable-test").FullName;
        var worker = Path.Combine(await PublishedPackage.FolderAsync, "Planable.Functions.dll");
        await using var app = AppProcess.Start(
            ["dotnet", worker], folder, ("AzureWebJobsStorage", fixture.ConnectionString),
                ("KeyVault__vaultUri", "https://unused.vault.azure.net"));

        var (code, errors) = await app.ExitAsync();

        Assert.Equal(1, code);
        var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("func start", line, StringComparison.Ordinal);
        Assert.Contains("dotnet run --project infra/cli", line, StringComparison.Ordinal);
        Assert.Empty(app.Output.Trim());
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task With_storage_away_it_lives_and_is_not_ready_and_when_storage_comes_it_serves()
    {
        await using var storage = await StorageProxy.StartAsync(fixture.ConnectionString);
        storage.IsAway = true;
        await using var host = await PublishedWorker.StartAsync(storage.ConnectionString, vaults.EnvironmentFor(vaults.New()));
        using var http = PublishedWorker.Client(host.Address);
        var company = await TestCompany.CreateAsync(fixture.App);

        Assert.Equal((HttpStatusCode.OK, "Healthy"), await HealthAsync(http, ""));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy"), await HealthAsync(http, "/ready"));
        await new Client(http, company.Token).GetAsync("/ping").FailAsync(HttpStatusCode.ServiceUnavailable, "INTERNAL");
        await new Client(http, "pln_nonsense").GetAsync("/ping").UnauthorizedAsync();

        storage.IsAway = false;
        await Eventually.TrueAsync(async () => await HealthAsync(http, "/ready") is (HttpStatusCode.OK, "Healthy"), "it is ready");
        await new Client(http, company.Token).GetAsync("/ping").OkAsync();
    }

    [Fact]
    public async Task It_asks_the_vault_nothing_before_that_is_needed()
    {
        var vault = vaults.New();
        await using var host = await PublishedWorker.StartAsync(fixture.ConnectionString, vaults.EnvironmentFor(vault));
        using var http = PublishedWorker.Client(host.Address);

        await new Client(http, (await TestCompany.CreateAsync(fixture.App)).Token).GetAsync("/ping").OkAsync();
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await HealthAsync(http, ""));
        Assert.Empty(vault.Requests);

        await Eventually.TrueAsync(async () => await HealthAsync(http, "/ready") is (HttpStatusCode.OK, "Healthy"), "it is ready");
        Assert.Equal(["GET /secrets/health 401", "GET /secrets/health 404"], vault.Requests.Distinct());
    }

    static async Task<(HttpStatusCode Status, string Text)> HealthAsync(HttpClient http, string which)
    {
        using var answer = await http.GetAsync(new Uri("/api/health" + which, UriKind.Relative), Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
