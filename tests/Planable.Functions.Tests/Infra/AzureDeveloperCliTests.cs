using System.Text.Json.Nodes;

namespace Planable.Functions.Tests.Infra;

/// <summary>
/// What azure.yaml says fits the repository, the templates, and what the Azure Developer CLI asks for: by its published schema
/// (Azure/azure-dev, schemas/v1.0/azure.yaml.json) and its source there (cli/azd/pkg). It is not run here.
/// </summary>
public sealed class AzureDeveloperCliTests : IAsyncLifetime
{
    static readonly string Repository = Path.Combine(Templates.Folder, "..");
    static readonly Dictionary<string, string> Settings = Read(File.ReadLines(Path.Combine(Repository, "azure.yaml")));

    Templates _templates = null!;

    IEnumerable<Resources> Every => [_templates.Default, _templates.Closed, _templates.Open];

    public async ValueTask InitializeAsync() => _templates = await Templates.ReadAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public void It_says_what_the_schema_asks_for_and_nothing_that_it_does_not_know()
    {
        Assert.Equal(
            [
                "infra.module", "infra.path", "infra.provider", "name",
                "services.api.host", "services.api.language", "services.api.project",
            ],
            Settings.Keys.Order(StringComparer.Ordinal));
        Assert.Matches("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", Settings["name"]);
        Assert.Equal("bicep", Settings["infra.provider"]);
        Assert.Equal(("function", "dotnet"), (Settings["services.api.host"], Settings["services.api.language"]));
    }

    /// <summary>bicep_provider.go takes a .bicepparam before a .bicep; framework_service_dotnet.go the only project of a folder.</summary>
    [Fact]
    public void What_it_names_is_there()
    {
        var projects = Directory.GetFiles(Path.Combine(Repository, Settings["services.api.project"]), "*.*proj");

        Assert.True(File.Exists(Path.Combine(Repository, Settings["infra.path"], Settings["infra.module"] + ".bicepparam")));
        Assert.Equal("Planable.Functions.csproj", Path.GetFileName(Assert.Single(projects)));
    }

    /// <summary>For a template of this scope azd asks for a resource group, or takes the one of AZURE_RESOURCE_GROUP.</summary>
    [Fact]
    public async Task The_templates_are_deployed_to_a_resource_group_as_the_script_does()
    {
        var build = await Templates.BicepAsync("build", Path.Combine(Templates.Folder, "main.bicep"), "--stdout");

        Assert.EndsWith("/deploymentTemplate.json#", JsonNode.Parse(build.Output)!.Text("$schema"), StringComparison.Ordinal);
    }

    /// <summary>resource_manager.go looks for this tag; service_target_functionapp.go refuses any type but this.</summary>
    [Fact]
    public void The_service_is_found_by_its_tag() => Assert.All(Every, all =>
    {
        var tagged = Assert.Single(all.All, one => one["tags"]?["azd-service-name"] is not null);

        Assert.Equal("Microsoft.Web/sites", tagged.Text("type"));
        Assert.Contains($"services.{tagged["tags"]!.Text("azd-service-name")}.host", Settings.Keys);
    });

    [Fact]
    public async Task Who_sets_an_environment_deploys_with_it()
    {
        var file = Path.Combine(Templates.Folder, "main.bicepparam");
        var build = await Command.RunAsync(
            "/usr/bin/env", ["AZURE_ENV_NAME=dev", "SIGN_IN_CLIENT_ID=some-id", Templates.Compiler, "build-params", file, "--stdout"]);
        var parameters = JsonNode.Parse(JsonNode.Parse(build.Output)!.Text("parametersJson"))!["parameters"]!;

        Assert.Equal(("dev", "some-id"), (parameters["environmentName"]!.Text("value"), parameters["signInClientId"]!.Text("value")));
    }

    [Fact]
    public void What_belongs_to_an_environment_is_tagged_so()
    {
        var tagged = _templates.Closed.All.Where(one => one["tags"] is not null).ToArray();

        Assert.True(tagged.Length > 10);
        Assert.All(tagged, one => Assert.Equal("some-environment", one["tags"]!.Text("azd-env-name")));
        Assert.All(tagged, one => Assert.Equal("social", one["tags"]!.Text("team")));
        Assert.All(_templates.Default.All, one => Assert.Null(one["tags"]?["azd-env-name"]));
    }

    /// <summary>azd keeps there what it deployed and whatever somebody sets, keys among them.</summary>
    [Fact]
    public void Its_own_folder_stays_out_of_git() => Assert.Contains(".azure/", File.ReadLines(Path.Combine(Repository, ".gitignore")));

    /// <summary>Values by their paths; azure.yaml is mappings of plain words, and so is whatever this reads.</summary>
    static Dictionary<string, string> Read(IEnumerable<string> lines)
    {
        var (values, path) = (new Dictionary<string, string>(), new List<string>());
        foreach (var line in lines.Where(line => !line.StartsWith('#')))
        {
            var word = line.TrimStart();
            var depth = (line.Length - word.Length) / 2;
            Assert.Matches("^[a-z]+:( [a-z./-]+)?$", word);
            path.RemoveRange(depth, path.Count - depth);
            path.Add(word.Split(':')[0]);
            if (!word.EndsWith(':'))
            {
                values.Add(string.Join('.', path), word.Split(": ")[1]);
            }
        }
        return values;
    }
}
