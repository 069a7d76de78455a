using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Planable.Functions.Tests.Infra;

/// <summary>What is deployed holds no key, and is open to nobody who need not reach it.</summary>
public sealed partial class TemplateTests : IAsyncLifetime
{
    const string Storage = "Microsoft.Storage/storageAccounts", Vault = "Microsoft.KeyVault/vaults", App = "Microsoft.Web/sites";

    // Built-in roles of Azure.
    const string BlobDataContributor = "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        QueueDataContributor = "974c5e8b-45b9-4653-ba55-00fb56deea7a",
        TableDataContributor = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", SecretsOfficer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
        MetricsPublisher = "3913510d-42f4-4e42-8a64-420c390055eb", BlobDataReader = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";

    const string Operator = "44444444-4444-4444-4444-444444444444";

    /// <summary>The roles that are known not to write blobs; any other might.</summary>
    static readonly string[] WriteNoBlob = [BlobDataReader, QueueDataContributor, TableDataContributor, SecretsOfficer, MetricsPublisher];

    Templates _templates = null!;

    IEnumerable<Resources> Every => [_templates.Default, _templates.Closed, _templates.Open];

    public async ValueTask InitializeAsync() => _templates = await Templates.ReadAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("build", "main.bicep", "--stdout")]
    [InlineData("lint", "main.bicep")]
    [InlineData("build-params", "main.bicepparam", "--stdout")]
    public async Task It_compiles_without_a_warning(string command, string file, params string[] options)
    {
        var run = await Templates.BicepAsync([command, Path.Combine(Templates.Folder, file), .. options]);

        Assert.Equal((0, ""), (run.Code, run.Error));
    }

    [Fact]
    public async Task It_is_formatted()
    {
        foreach (var file in Directory.GetFiles(Templates.Folder, "*.bicep*")
            .Where(file => !file.EndsWith(".json", StringComparison.Ordinal)))
        {
            Assert.Equal(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken),
                (await Templates.BicepAsync("format", file, "--stdout")).Output);
        }
    }

    [Fact]
    public async Task Every_parameter_and_output_is_explained()
    {
        var template = JsonNode.Parse(
            (await Templates.BicepAsync("build", Path.Combine(Templates.Folder, "main.bicep"), "--stdout")).Output)!;

        foreach (var kind in new[] { "parameters", "outputs" })
        {
            Assert.NotEmpty(template[kind]!.AsObject());
            Assert.All(template[kind]!.AsObject(), one => Assert.True(one.Value!["metadata"]?["description"] is not null, one.Key));
        }
    }

    [Fact]
    public void Storage_takes_no_key() =>
        Assert.All(Every, all => Assert.False(all.PropertiesOf(Storage)["allowSharedKeyAccess"]!.GetValue<bool>()));

    [Fact]
    public void No_blob_is_public()
    {
        Assert.All(Every, all => Assert.False(all.PropertiesOf(Storage)["allowBlobPublicAccess"]!.GetValue<bool>()));
        Assert.All(Every, all => Assert.All(
            all.Of(Storage + "/blobServices/containers"), one => Assert.Equal("None", one["properties"]!.Text("publicAccess"))));
    }

    [Fact]
    public void Storage_speaks_tls_1_2_and_nothing_older()
    {
        Assert.All(Every, all => Assert.Equal("TLS1_2", all.PropertiesOf(Storage).Text("minimumTlsVersion")));
        Assert.All(Every, all => Assert.True(all.PropertiesOf(Storage)["supportsHttpsTrafficOnly"]!.GetValue<bool>()));
    }

    [Fact]
    public void Blobs_do_not_leave_for_another_tenant() =>
        Assert.All(Every, all => Assert.False(all.PropertiesOf(Storage)["allowCrossTenantReplication"]!.GetValue<bool>()));

    [Fact]
    public void The_vault_goes_by_roles() =>
        Assert.All(Every, all => Assert.True(all.PropertiesOf(Vault)["enableRbacAuthorization"]!.GetValue<bool>()));

    [Fact]
    public void What_is_deleted_from_the_vault_can_be_had_back_and_nobody_can_purge_it()
    {
        Assert.All(Every, all => Assert.True(all.PropertiesOf(Vault)["enableSoftDelete"]!.GetValue<bool>()));
        Assert.All(Every, all => Assert.True(all.PropertiesOf(Vault)["enablePurgeProtection"]!.GetValue<bool>()));
    }

    [Fact]
    public void The_vault_says_who_read_what()
    {
        var audit = Assert.Single(_templates.Default.Of("Microsoft.Insights/diagnosticSettings"),
            one => one.Text("id").Contains("/vaults/", StringComparison.Ordinal));

        Assert.Contains(
            audit["properties"]!["logs"]!.AsArray(), log => log!.Text("categoryGroup") == "audit" && log!["enabled"]!.GetValue<bool>());
    }

    [Fact]
    public void Telemetry_takes_no_key()
    {
        Assert.All(Every, all => Assert.True(all.PropertiesOf("Microsoft.Insights/components")["DisableLocalAuth"]!.GetValue<bool>()));
        Assert.All(Every, all => Assert.True(
            all.PropertiesOf("Microsoft.OperationalInsights/workspaces")["features"]!["disableLocalAuth"]!.GetValue<bool>()));
        Assert.EndsWith(";Authorization=AAD",
            Literal(_templates.Default.AppSettings()["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"]), StringComparison.Ordinal);

        static string Literal(string expression) => expression.Split('\'')[1];
    }

    [Fact]
    public void The_app_speaks_https_only_and_has_no_passwords()
    {
        Assert.All(Every, all => Assert.True(all.PropertiesOf(App)["httpsOnly"]!.GetValue<bool>()));
        Assert.All(Every, all => Assert.Equal(("1.2", "1.2", "Disabled"),
            (Site(all).Text("minTlsVersion"), Site(all).Text("scmMinTlsVersion"), Site(all).Text("ftpsState"))));
        Assert.All(Every, all => Assert.Equal(["ftp", "scm"], all.Names(App + "/basicPublishingCredentialsPolicies")));
        Assert.All(Every, all => Assert.All(
            all.Of(App + "/basicPublishingCredentialsPolicies"), one => Assert.False(one["properties"]!["allow"]!.GetValue<bool>())));

        static JsonNode Site(Resources all) => all.PropertiesOf(App)["siteConfig"]!;
    }

    [Fact]
    public void No_setting_holds_a_key()
    {
        Assert.All(Every, all => Assert.All(
            all.All, one => Assert.DoesNotMatch("(?i)listKeys|AccountKey|SharedAccessKey|clientSecret\"|password\"", one.ToJsonString())));
        Assert.Equal("managedidentity", _templates.Default.AppSettings()["AzureWebJobsStorage__credential"]);
        Assert.Equal("UserAssigned", _templates.Default.One(App)["identity"]!.Text("type"));
        Assert.Equal("UserAssignedIdentity", Deployment(_templates.Default)["authentication"]!.Text("type"));

        static JsonNode Deployment(Resources all) => all.PropertiesOf(App)["functionAppConfig"]!["deployment"]!["storage"]!;
    }

    [Fact]
    public void The_app_may_do_what_it_does_and_no_more()
    {
        Assert.Equal(
            [
                ("azure-webjobs-hosts", BlobDataContributor),
                ("azure-webjobs-secrets", BlobDataContributor),
                ("media", BlobDataContributor),
                ("components", MetricsPublisher),
                ("storageAccounts", TableDataContributor),
                ("storageAccounts", BlobDataReader),
                ("storageAccounts", QueueDataContributor),
                ("vaults", SecretsOfficer),
            ],
            Grants(_templates.Default, AppIdentity(_templates.Default)));
        Assert.Equal([("packages", BlobDataContributor)], Grants(_templates.Default, Packager(_templates.Default)));
        Assert.Equal(9, _templates.Default.Of("Microsoft.Authorization/roleAssignments").Length);
    }

    [Fact]
    public void An_operator_may_read_and_write_data_and_secrets() => Assert.Equal(
        [
            ("media", BlobDataContributor),
            ("storageAccounts", TableDataContributor),
            ("storageAccounts", QueueDataContributor),
            ("vaults", SecretsOfficer),
        ],
        Grants(_templates.Closed, Operator));

    [Fact]
    public void Neither_the_app_nor_an_operator_can_replace_the_package() => Assert.All(Every, all =>
    {
        Assert.NotEmpty(Grants(all, AppIdentity(all)));
        Assert.DoesNotContain(Grants(all, AppIdentity(all)).Concat(Grants(all, Operator)),
            grant => grant.On is "packages" or "storageAccounts" && !WriteNoBlob.Contains(grant.Role));
    });

    [Fact]
    public void Azure_stores_and_fetches_the_package_as_another_than_the_app() => Assert.All(Every, all =>
    {
        var storage = all.PropertiesOf(App)["functionAppConfig"]!["deployment"]!["storage"]!;
        var client = all.AppSettings()["AzureWebJobsStorage__clientId"];

        Assert.EndsWith("packages", storage.Text("value").TrimEnd(']', ')', '\''), StringComparison.Ordinal);
        Assert.Equal(Packager(all), storage["authentication"]!.Text("userAssignedIdentityResourceId"));
        Assert.NotEqual(AppIdentity(all), Packager(all));
        Assert.Contains($"'{AppIdentity(all)}'", client, StringComparison.Ordinal);
        // What it acts as must be assigned to it.
        var assigned = all.One(App)["identity"]!["userAssignedIdentities"]!.AsObject().Select(one => one.Key);
        Assert.Equal([AppIdentity(all), Packager(all)], assigned);
    });

    [Fact]
    public void Only_containers_that_the_templates_make_are_given_to_anybody() => Assert.All(Every, all => Assert.Subset(
        all.Names(Storage + "/blobServices/containers").ToHashSet(),
        new[] { AppIdentity(all), Packager(all), Operator }.SelectMany(one => Grants(all, one))
            .Where(grant => grant.On is not ("storageAccounts" or "vaults" or "components")).Select(grant => grant.On).ToHashSet()));

    [Fact]
    public void It_is_an_isolated_worker_on_flex_consumption()
    {
        var plan = _templates.Default.One("Microsoft.Web/serverfarms");
        var runtime = _templates.Default.PropertiesOf(App)["functionAppConfig"]!["runtime"]!;

        Assert.Equal(("FC1", "FlexConsumption", true),
            (plan["sku"]!.Text("name"), plan["sku"]!.Text("tier"), plan["properties"]!["reserved"]!.GetValue<bool>()));
        Assert.Equal(("dotnet-isolated", "10.0"), (runtime.Text("name"), runtime.Text("version")));
        Assert.Equal("functionapp,linux", _templates.Default.One(App).Text("kind"));
        Assert.DoesNotContain(
            _templates.Default.AppSettings().Keys, name => name is "FUNCTIONS_EXTENSION_VERSION" or "FUNCTIONS_WORKER_RUNTIME");
        Assert.Equal("http 2",
            Assert.Single(_templates.Closed.PropertiesOf(App)["functionAppConfig"]!["scaleAndConcurrency"]!["alwaysReady"]!.AsArray()
                .Select(one => $"{one!.Text("name")} {one!["instanceCount"]}")));
    }

    [Fact]
    public void Only_where_asked_is_every_storage_call_logged()
    {
        Assert.DoesNotContain(_templates.Default.Of("Microsoft.Insights/diagnosticSettings"),
            one => one.Text("id").Contains("/storageAccounts/", StringComparison.Ordinal));
        Assert.Equal(3, _templates.Closed.Of("Microsoft.Insights/diagnosticSettings").Count(
            one => one.Text("id").Contains("/storageAccounts/", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_is_not_to_stay_is_deleted_after_its_days()
    {
        var rule = Assert.Single(
            _templates.Closed.PropertiesOf(Storage + "/managementPolicies")["policy"]!["rules"]!.AsArray())!["definition"]!;

        Assert.Equal("some/incoming/", Assert.Single(rule["filters"]!["prefixMatch"]!.AsArray())!.GetValue<string>());
        Assert.Equal(2, rule["actions"]!["baseBlob"]!["delete"]!["daysAfterModificationGreaterThan"]!.GetValue<int>());
    }

    [Fact]
    public void A_deleted_vault_comes_back_only_where_asked() => Assert.Equal(("default", "recover"),
        (_templates.Default.PropertiesOf(Vault).Text("createMode"), _templates.Closed.PropertiesOf(Vault).Text("createMode")));

    /// <summary>The identity that has the grants of the app.</summary>
    static string AppIdentity(Resources all) => Assert.Single(Identities(all), id => !id.EndsWith("-package", StringComparison.Ordinal));

    static string Packager(Resources all) => Assert.Single(Identities(all), id => id.EndsWith("-package", StringComparison.Ordinal));

    static IEnumerable<string> Identities(Resources all) =>
        all.Of("Microsoft.ManagedIdentity/userAssignedIdentities").Select(one => one.Text("id"));

    /// <summary>What somebody is given, and on which container, or on which kind of resource.</summary>
    /// <param name="principal">An identity, or the id of a person.</param>
    static IEnumerable<(string On, string Role)> Grants(Resources all, string principal) => all
        .Of("Microsoft.Authorization/roleAssignments")
        .Where(one => one["properties"]!.Text("principalId") is var id
            && (id == principal || id.Contains($"'{principal}'", StringComparison.Ordinal)))
        .Select(one => (On: Scope(one.Text("id")), Role: one["properties"]!.Text("roleDefinitionId").Split('/')[^1]))
        .OrderBy(grant => grant.On is "storageAccounts" or "vaults" or "components").ThenBy(grant => grant.On, StringComparer.Ordinal)
        .ThenBy(grant => grant.Role, StringComparer.Ordinal);

    /// <summary>Whatever an assignment's id has before it: the name of a container, or else the type of the resource.</summary>
    static string Scope(string id) => Scoped().Match(id) is { Success: true } match
        ? match.Groups["container"] is { Success: true } container ? container.Value : match.Groups["type"].Value
        : throw new InvalidOperationException(id);

    // Where Azure makes up who is given something, the id is an expression with the scope in quotes.
    [GeneratedRegex("""
        /(?<type>storageAccounts|vaults|components)/[^/']+
        (/blobServices/default/containers/(?<container>[^/']+))?
        ('|/providers/Microsoft.Authorization/)
        """, RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Scoped();
}
