using System.IO.Compression;
using System.Runtime.Versioning;
using Planable.Functions.Tests.Hosting;

namespace Planable.Functions.Tests.Infra;

/// <summary>
/// infra/deploy.sh, with a command az that writes down how it is called and answers as Azure's;
/// what it deploys to is the app of the tests.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class DeployScriptTests : IDisposable
{
    static readonly string Repository = PublishedPackage.Repository.FullName;
    static readonly string[] Folders = ["/usr/bin/", "/bin/"];

    /// <summary>What the Functions host looks for in a package.</summary>
    static readonly string[] Parts =
        ["host.json", "worker.config.json", "functions.metadata", "extensions.json",
            "Planable.Functions.dll", ".azurefunctions/function.deps.json"];

    static readonly string[] Tools =
        ["bash", "cat", "chmod", "cp", "curl", "dirname", "grep", "mkdir", "mktemp", "rm", "sleep", "touch", "zip"];

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("planable-test");
    readonly Dictionary<string, string> _environment;

    public DeployScriptTests(AzuriteFixture fixture)
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && File.Exists("/usr/bin/zip") && File.Exists("/usr/bin/curl"), "It takes Linux, zip and curl.");
        foreach (var tool in Tools)
        {
            File.CreateSymbolicLink(Path.Combine(Bin, tool), Folders.Select(folder => folder + tool).First(File.Exists));
        }
        foreach (var fake in new[] { "az", "dotnet" })
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Infra", fake), Path.Combine(Bin, fake));
            File.SetUnixFileMode(Path.Combine(Bin, fake), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
        _environment = new()
        {
            ["PATH"] = Bin,
            ["FAKE_AZURE"] = _folder.FullName,
            ["FAKE_URL"] = fixture.App.BaseAddress.ToString().TrimEnd('/'),
            ["DEPLOY_PATIENCE"] = "60",
            ["DEPLOY_PAUSE"] = "0.1",
        };
    }

    string Bin => _folder.CreateSubdirectory("bin").FullName;

    string Url => _environment["FAKE_URL"];

    string[] Calls => Read("calls");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task It_makes_everything_and_run_again_makes_nothing_twice()
    {
        var first = await RunAsync("planable-rg", "--location", "westeurope");
        var calls = Calls;
        var second = await RunAsync("planable-rg");

        Assert.All([first, second], run => Assert.Equal((0, ""), (run.Code, run.Error)));
        Assert.Contains($"The API is at {Url}/api/v1,", first.Output, StringComparison.Ordinal);
        Assert.Contains(
            $"""
              AzureWebJobsStorage__accountName=stplanableabc KeyVault__vaultUri=https://kv-abc.vault.azure.net/ PublicBaseUrl={Url} \
                dotnet run --project infra/cli -- storage check

            """, first.Output, StringComparison.Ordinal);
        Assert.Equal("westeurope", Assert.Single(Read("group")));
        var again = Calls[calls.Length..];
        Assert.Equal(calls.Where(call => !call.StartsWith("group create", StringComparison.Ordinal)
            && !call.StartsWith("provider register", StringComparison.Ordinal)).Select(Known),
            again.Select(Known));
        Assert.Contains(again, call => call.StartsWith(
            $"deployment group create --name planable --resource-group planable-rg --parameters {Repository}/infra/main.bicepparam ",
            StringComparison.Ordinal));
        Assert.Contains(again, call => call.StartsWith(
            "functionapp list-flexconsumption-runtimes --location westeurope --runtime dotnet-isolated ", StringComparison.Ordinal));

        // Work folders have names of their own.
        static string Known(string call) => call.Split(" --src ")[0];
    }

    [Fact]
    public async Task What_is_published_is_deployed_with_its_hidden_folder()
    {
        Assert.Equal(0, (await RunAsync("planable-rg", "--location", "westeurope")).Code);

        Assert.Equal(Parts.Order(StringComparer.Ordinal), await DeployedAsync());
        Assert.Contains(Calls, call => call.StartsWith(
            "functionapp deployment source config-zip --resource-group planable-rg --name planable-abc --src ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_developers_own_settings_are_not_deployed()
    {
        var package = Package();
        await File.WriteAllTextAsync(Path.Combine(package, "local.settings.json"), "{}", TestContext.Current.CancellationToken);

        Assert.Equal(0, (await RunAsync("planable-rg", "--location", "westeurope", "--package", package)).Code);

        Assert.Equal(Parts.Order(StringComparer.Ordinal), await DeployedAsync());
    }

    [Theory]
    [InlineData("host.json")]
    [InlineData("worker.config.json")]
    [InlineData("functions.metadata")]
    [InlineData("extensions.json")]
    [InlineData("Planable.Functions.dll")]
    [InlineData(".azurefunctions")]
    public async Task A_folder_that_could_not_run_is_not_deployed(string part)
    {
        var package = Package();
        var missing = Path.Combine(package, part);
        if (Directory.Exists(missing))
        {
            Directory.Delete(missing, recursive: true);
        }
        File.Delete(missing);

        var run = await RunAsync("planable-rg", "--location", "westeurope", "--package", package);

        Assert.Equal(1, run.Code);
        Assert.Equal($"{package} is not the output of dotnet publish functions: {part} is missing.\n", run.Error);
        Assert.DoesNotContain(Calls, call => call.StartsWith("deployment group create", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("az", "This needs the Azure CLI, az")]
    [InlineData("zip", "This needs zip")]
    [InlineData("dotnet", "This needs the .NET SDK, or --package")]
    public async Task It_says_which_tool_is_missing(string tool, string sentence)
    {
        File.Delete(Path.Combine(Bin, tool));

        var run = await RunAsync("planable-rg", "--location", "westeurope");

        Assert.Equal(1, run.Code);
        Assert.StartsWith(sentence, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "calls")));
    }

    [Fact]
    public async Task It_asks_to_sign_in()
    {
        _environment["FAKE_SIGNED_OUT"] = "yes";

        var run = await RunAsync("planable-rg");

        Assert.Equal(1, run.Code);
        Assert.StartsWith("You are not signed in to Azure. Run az login", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "Microsoft.Resources/subscriptions/resourcegroups/write", "Ask somebody who has it to create the group, then run this again.")]
    [InlineData("Microsoft.App/register/action", "az provider register --namespace Microsoft.App")]
    [InlineData("Microsoft.Authorization/roleAssignments/write", "Contributor, and Role Based Access Control Administrator")]
    public async Task It_says_which_right_is_missing_before_it_deploys_anything(string right, string sentence)
    {
        _environment["FAKE_DENIED"] = right;

        var run = await RunAsync("planable-rg", "--location", "westeurope");

        Assert.Equal(1, run.Code);
        Assert.Contains(right, run.Error, StringComparison.Ordinal);
        Assert.Contains(sentence, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Calls, call => call.StartsWith("deployment group create", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_runtime_version_that_the_region_does_not_have_is_refused_before_it_deploys_anything()
    {
        _environment["FAKE_VERSION"] = "11.0";

        var run = await RunAsync("planable-rg", "--location", "westeurope");

        Assert.Equal(1, run.Code);
        Assert.StartsWith(
            "Flex Consumption in westeurope does not offer version 10.0 of the runtime dotnet-isolated. It offers: 8.0, 9.0, 11.0\n",
            run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Calls, call => call.StartsWith("deployment group create", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_group_that_is_not_there_is_not_made_somewhere()
    {
        var run = await RunAsync("planable-rg");

        Assert.Equal(1, run.Code);
        Assert.StartsWith("The resource group planable-rg does not exist. Give --location", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rights_that_do_not_count_yet_are_waited_for()
    {
        _environment["FAKE_SLOW"] = "yes";

        Assert.Equal(0, (await RunAsync("planable-rg", "--location", "westeurope")).Code);
        Assert.Equal(2, Calls.Count(call => call.StartsWith("functionapp deployment", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_app_that_does_not_answer_is_told()
    {
        _environment["FAKE_URL"] = $"http://127.0.0.1:{AppProcess.FreePort()}";
        _environment["DEPLOY_PATIENCE"] = "0";

        var run = await RunAsync("planable-rg", "--location", "westeurope");

        Assert.Equal(1, run.Code);
        Assert.Contains("/api/health answers 000, not 200: the app does not run.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sign_in_is_registered_once_without_a_secret_and_then_deployed()
    {
        _environment["FAKE_PUBLIC_URL"] = "https://api.example.com/";
        var first = await RunAsync("planable-rg", "--location", "westeurope", "--sign-in");
        Assert.Equal(0, first.Code);
        Assert.Contains("PublicBaseUrl=https://api.example.com/", first.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("planable-rg", "--sign-in")).Code);

        Assert.Equal(["", "33333333-3333-3333-3333-333333333333", "", "33333333-3333-3333-3333-333333333333"], Read("deployments"));
        var made = Assert.Single(Calls, call => call.StartsWith("ad app create", StringComparison.Ordinal));
        Assert.Contains($"--web-redirect-uris {Url}/.auth/login/aad/callback", made, StringComparison.Ordinal);
        Assert.Contains("https://api.example.com/.auth/login/aad/callback", made, StringComparison.Ordinal);
        Assert.DoesNotContain(Calls, call => call.StartsWith("ad app credential", StringComparison.Ordinal));
        Assert.Equal(
            """{"name":"function-app","issuer":"https://login.microsoftonline.com/"""
            + """11111111-1111-1111-1111-111111111111/v2.0","subject":"22222222-"""
            + """2222-2222-2222-222222222222","audiences":["api://AzureADTokenExchange"]}""",
            Assert.Single(Read("trust")));
    }

    [Theory]
    [InlineData("The resource group is missing.")]
    [InlineData("--location needs a value.", "--location")]
    [InlineData("Unknown option --force.", "planable-rg", "--force")]
    public async Task Wrong_usage_is_explained(string sentence, params string[] arguments)
    {
        var run = await RunAsync(arguments);

        Assert.Equal(1, run.Code);
        Assert.StartsWith(sentence, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scripts_are_clean()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/shellcheck"), "shellcheck is not installed.");

        var check = await Command.RunAsync("/usr/bin/shellcheck",
            [Path.Combine(Repository, "infra", "deploy.sh"), .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Infra"))]);

        Assert.Equal((0, ""), (check.Code, check.Output));
    }

    string[] Read(string file) => File.ReadAllLines(Path.Combine(_folder.FullName, file));

    string Package()
    {
        var package = _folder.CreateSubdirectory("package");
        package.CreateSubdirectory(".azurefunctions");
        foreach (var part in Parts)
        {
            File.WriteAllText(Path.Combine(package.FullName, part), "{}");
        }
        return package.FullName;
    }

    /// <summary>The files of the package that Azure was handed.</summary>
    async Task<IEnumerable<string>> DeployedAsync()
    {
        await using var zip = await ZipFile.OpenReadAsync(Path.Combine(_folder.FullName, "app.zip"), TestContext.Current.CancellationToken);
        return zip.Entries.Select(entry => entry.FullName).Where(name => !name.EndsWith('/')).Order(StringComparer.Ordinal).ToArray();
    }

    Task<Command.Run> RunAsync(params string[] arguments) =>
        Command.RunAsync("/usr/bin/env", ["-i", .. _environment.Select(one => $"{one.Key}={one.Value}"), Path.Combine(Bin, "bash"),
            Path.Combine(Repository, "infra", "deploy.sh"), .. arguments]);
}
