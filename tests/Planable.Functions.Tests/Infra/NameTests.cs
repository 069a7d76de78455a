using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Azure.Core;
using Azure.Data.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Planable.Company.Labels;
using Planable.Company.RateLimits;
using Planable.Company.SignIn;
using Planable.Company.Workspaces;
using Planable.Content.Media;
using Planable.Doors.Mail;
using Planable.Doors.Mcp;
using Planable.Doors.Webhooks;
using Planable.Networks;
using Planable.Networks.Metrics;
using Planable.Networks.Publishing;
using Planable.Networks.Sandbox;
using Planable.Operate;
using Planable.Platform.Hosting;
using Planable.Platform.Http;
using Planable.Platform.Secrets;
using Planable.Platform.Telemetry;
using Planable.Storage;
using Planable.Work;

namespace Planable.Functions.Tests.Infra;

/// <summary>What is deployed goes by the names that the code goes by: nothing is missing, and nothing is there that nobody uses.</summary>
public sealed partial class NameTests : IAsyncLifetime
{
    const string Storage = "Microsoft.Storage/storageAccounts";

    /// <summary>Of the Functions host, by its source: HostContainerNames.Hosts and BlobStorageSecretsRepository.</summary>
    static readonly string[] HostContainers = ["azure-webjobs-hosts", "azure-webjobs-secrets"];

    static readonly DirectoryInfo Source = new(Path.Combine(Templates.Folder, "..", "functions")),
        LocalSource = new(Path.Combine(Templates.Folder, "cli"));

    static readonly string[] SetByThePlatform =
        ["IDENTITY_ENDPOINT", "WEBSITE_AUTH_ENABLED", "WEBSITE_HOSTNAME", "Functions__Worker__HostEndpoint"];

    /// <summary>
    /// Read, but not set in Azure unless an operator does: other ways to say the same, what matters elsewhere,
    /// and what has a default.
    /// </summary>
    static readonly string[] NotDeployed =
    [
        .. SetByThePlatform,
        "AzureWebJobsStorage", "AZURE_CLIENT_ID",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "Fetch__AnswerTimeout", "Fetch__StallTimeout", "Fetch__Timeout",
        "Networks__facebook__ClientId", "Networks__facebook__Version",
        "Labels__PerWorkspace", "Mcp__Origins", "Media__MegabytesPerWorkspace", "Media__UploadsPerWorkspace",
        "Media__Lease", "Publishing__Lease", "Publishing__Timeout", "Publishing__Retries", "Publishing__Preparation",
        "Publishing__HoldLate", "Sandbox__Latency", "Sandbox__Network", "Syncs__Patience", "Syncs__Lease",
        "Outbox__GiveUpAfter", "WorkspaceRemoval__Wait",
        "Webhooks__Lease", "Webhooks__PauseAfter", "Webhooks__Retries", "Webhooks__Run", "Webhooks__Timeout",
    ];

    /// <summary>Read by the Functions host and by App Service Authentication.</summary>
    static readonly string[] ReadByThePlatform =
    [
        "AzureWebJobsStorage__credential", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID",
    ];

    /// <summary>All that reads settings; the test below finds others.</summary>
    static readonly (string File, Action<IConfiguration> Read)[] Readers =
    [
        ("HttpSettings.cs", configuration => (HttpSettings.Read(configuration), FetchSettings.Read(configuration)).ToString()),
        ("VaultAddress.cs", configuration => VaultAddress.Find(configuration)),
        ("ConfigurationValues.cs", _ => { }),
        // Each network has settings of these names.
        ("NetworkApps.cs", configuration => _ = new NetworkApps(configuration, null!).FindAsync("facebook", default)),
        ("NetworkAddresses.cs", configuration => new NetworkAddresses(configuration, "facebook").Text("Version", "")),
        ("OutboxSettings.cs", configuration => OutboxSettings.Read(configuration)),
        ("RateLimitSettings.cs", configuration => RateLimitSettings.Read(configuration)),
        ("WorkspaceRemovalSettings.cs", configuration => WorkspaceRemovalSettings.Read(configuration)),
        ("LabelSettings.cs", configuration => LabelSettings.Read(configuration)),
        ("MediaSettings.cs", configuration => MediaSettings.Read(configuration)),
        ("PublishingSettings.cs", configuration => PublishingSettings.Read(configuration)),
        ("SandboxSettings.cs", configuration => SandboxSettings.Read(configuration)),
        ("WebhookSettings.cs", configuration => WebhookSettings.Read(configuration)),
        ("MailSettings.cs", configuration => MailSettings.Read(configuration)),
        ("McpSettings.cs", configuration => McpSettings.Read(configuration)),
        ("SyncSettings.cs", configuration => SyncSettings.Read(configuration)),
        ("AzureClients.cs", configuration =>
            new ServiceCollection().AddSingleton(configuration).AddIdentity().BuildServiceProvider().GetRequiredService<TokenCredential>()),
        ("PlatformAuthentication.cs", configuration => PlatformAuthentication.IsOn(configuration)),
        ("StorageClients.cs", configuration => new ServiceCollection().AddStorage(configuration)),
        ("TelemetryExport.cs", configuration => TelemetryExport.IsOn(configuration)),
        ("Worker.cs", configuration => Assert.Throws<StartupFailure>(() => Worker.RequireHost(configuration))),
    ];

    /// <summary>What a developer's machine has besides: means nothing to what is deployed, which does not read it.</summary>
    static readonly string[] Local =
        ["PLANABLE_DATA", "Runner__MessageLock", "Runner__MostAttempts", "Runner__RealStorage", "Fetch__AllowLoopback"];

    Templates _templates = null!;

    public async ValueTask InitializeAsync() => _templates = await Templates.ReadAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void Tables_are_those_of_the_code() => Same(
        new Tables(new TableServiceClient("UseDevelopmentStorage=true")).All.Select(table => table.Name),
        _templates.Default.Names(Storage + "/tableServices/tables"));

    [Fact]
    public void Queues_are_those_of_the_functions_each_with_its_poison_queue() => Same(
        Queues.All.SelectMany(queue => new[] { queue, Queues.Poison(queue) }), _templates.Default.Names(Storage + "/queueServices/queues"));

    [Fact]
    public void Containers_are_those_of_the_code_and_of_the_host_beside_the_one_for_packages()
    {
        var code = Text(Source) + Text(LocalSource);
        var named = NamedContainer().Matches(code).Select(match => match.Groups["name"].Value).ToArray();

        Assert.Equal(AnyContainer().Count(code), named.Length);
        Same(named.Union(HostContainers).Append("packages"), _templates.Default.Names(Storage + "/blobServices/containers"));
    }

    [Fact]
    public void Uploads_are_what_is_not_to_stay() => Assert.Equal(
        new MediaBlobs(new("UseDevelopmentStorage=true")).Container.Name + "/" + MediaBlobs.Uploads,
        _templates.Default.PropertiesOf(
            Storage + "/managementPolicies")["policy"]!["rules"]![0]!["definition"]!["filters"]!["prefixMatch"]![0]!.GetValue<string>());

    [Fact]
    public void App_settings_are_those_that_somebody_reads()
    {
        var read = Read();

        Assert.Subset(read, NotDeployed.ToHashSet());
        Same(read.Except(NotDeployed).Union(ReadByThePlatform), _templates.Default.AppSettings().Keys);
        Assert.Empty(read.Intersect(Local));
        Assert.All(Local, name => Assert.DoesNotContain(name.Split("__")[^1] + '"', Text(Source), StringComparison.Ordinal));
    }

    [Fact]
    public void An_operator_may_set_any_other() => Assert.Equal("a value", _templates.Closed.AppSettings()["Some__Setting"]);

    [Fact]
    public void Settings_are_read_where_they_are_known_to_be_read() => Same(
        Readers.Select(reader => reader.File),
        Source.EnumerateFiles("*.cs", SearchOption.AllDirectories).Where(file => !file.FullName.Contains("/obj/", StringComparison.Ordinal))
            .Where(file => ReadsSetting().IsMatch(File.ReadAllText(file.FullName))).Select(file => file.Name));

    [Fact]
    public void Every_setting_is_documented()
    {
        var page = File.ReadAllText(Path.Combine(Templates.Folder, "..", "docs", "SETTINGS.md"));

        Assert.All(Read().Except(SetByThePlatform).Union(Local), name => Assert.True(page.Contains($"`{name}`", StringComparison.Ordinal)
            || page.Contains($"`__{name.Split("__")[^1]}`", StringComparison.Ordinal), name));
    }

    [Fact]
    public void Who_signs_in_for_the_settings_is_asked_by_the_platform_and_nobody_else_is()
    {
        var validation = _templates.Closed.PropertiesOf("Microsoft.Web/sites/config")["globalValidation"]!;
        var excluded = validation["excludedPaths"]!.AsArray().Select(path => path!.GetValue<string>()).ToArray();

        Assert.Equal((true, "RedirectToLoginPage"),
            (validation["requireAuthentication"]!.GetValue<bool>(), validation.Text("unauthenticatedClientAction")));
        Assert.Equal(
            ["/api/*", "/share/*", "/mcp", "/hooks/*", "/.well-known/*", "/oauth/token", "/oauth/revoke", "/oauth/register"], excluded);
        Same(["settings"], LocalFunctions.Routes().Values.Select(route => route.Split('/')[0])
            .Where(prefix => !excluded.Any(path => path.Split('/')[1] == prefix)));
        Assert.DoesNotContain("Microsoft.Web/sites/config", _templates.Default.All.Select(one => one.Text("type")));
    }

    [Fact]
    public void Sign_in_trusts_the_apps_identity_and_has_no_secret()
    {
        var registration = _templates.Closed.PropertiesOf(
            "Microsoft.Web/sites/config")["identityProviders"]!["azureActiveDirectory"]!["registration"]!;

        Assert.Equal("OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID", registration.Text("clientSecretSettingName"));
        Assert.Contains("clientId", _templates.Closed.AppSettings()["OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID"], StringComparison.Ordinal);
        Assert.Contains("'00000000-0000-0000-0000-000000000002'", registration.Text("openIdIssuer"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("poison", "LogPoison")]
    [InlineData("queue-age", "LogLate")]
    public void Alerts_look_for_lines_that_the_code_logs(string alert, string line)
    {
        var rules = _templates.Default.Of("Microsoft.Insights/scheduledQueryRules");
        var category = typeof(QueueWatch).FullName;

        Assert.Equal(
            $"AppTraces | where Properties.CategoryName == \"{category}\" and Properties.EventName == \"{line}\"",
            Query(Assert.Single(rules, rule => rule.Text("name") == $"planable-{alert}")));
        Assert.NotNull(typeof(QueueWatch).GetMethod(line, BindingFlags.Instance | BindingFlags.NonPublic));
    }

    [Fact]
    public void Alerts_go_to_who_is_named()
    {
        Assert.Equal(["planable-poison", "planable-queue-age", "planable-failures"],
            _templates.Default.Names("Microsoft.Insights/scheduledQueryRules"));
        Assert.Empty(_templates.Default.Of("Microsoft.Insights/actionGroups"));
        Assert.Equal("ada@example.com",
            _templates.Closed.PropertiesOf("Microsoft.Insights/actionGroups")["emailReceivers"]![0]!.Text("emailAddress"));
        Assert.All(_templates.Closed.Of("Microsoft.Insights/scheduledQueryRules"),
            rule => Assert.Single(rule["properties"]!["actions"]!["actionGroups"]!.AsArray()));
    }

    static string Query(JsonNode rule) => rule["properties"]!["criteria"]!["allOf"]![0]!.Text("query");

    static HashSet<string> Read()
    {
        var asked = new Asked();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("AzureWebJobsStorage:accountName", "account")]).Add(asked).Build();
        Assert.All(Readers, reader => reader.Read(configuration));
        return [.. asked.Names.Select(name => name.Replace(":", "__", StringComparison.Ordinal))];
    }

    static string Text(DirectoryInfo source) =>
        string.Concat(source.EnumerateFiles("*.cs", SearchOption.AllDirectories).Select(file => File.ReadAllText(file.FullName)));

    static void Same(IEnumerable<string> expected, IEnumerable<string> actual) =>
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));

    [GeneratedRegex("GetBlobContainerClient\\(\"(?<name>[^\"]+)\"\\)", RegexOptions.NonBacktracking)]
    private static partial Regex NamedContainer();

    [GeneratedRegex("GetBlobContainerClient\\(", RegexOptions.NonBacktracking)]
    private static partial Regex AnyContainer();

    [GeneratedRegex(
        "onfiguration\\[|onfiguration\\.(?:Get|Duration|Number|Switch|Address)|GetEnvironmentVariable", RegexOptions.NonBacktracking)]
    private static partial Regex ReadsSetting();

    /// <summary>Has nothing, and remembers what it was asked for.</summary>
    sealed class Asked : ConfigurationProvider, IConfigurationSource
    {
        public HashSet<string> Names { get; } = [];

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public override bool TryGet(string key, out string? value)
        {
            Names.Add(key);
            value = null;
            return false;
        }
    }
}
