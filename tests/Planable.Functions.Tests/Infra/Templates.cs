using System.Reflection;
using System.Text.Json.Nodes;
using Planable.Functions.Tests.Hosting;

namespace Planable.Functions.Tests.Infra;

/// <summary>
/// What infra/main.bicep deploys, as the Bicep CLI evaluates it offline: by infra/main.bicepparam, and once more with every door closed and
/// every option taken. Only what Azure itself makes up, such as an identity's ids, is left as an expression.
/// </summary>
public sealed class Templates
{
    public static readonly string Folder =
        Path.Combine(PublishedPackage.Repository.FullName, "infra");

    static readonly Lazy<Task<Templates>> Evaluated = new(EvaluateAsync);
    internal static readonly string Compiler =
        typeof(Templates).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "Bicep").Value!;

    static bool CanCompile => OperatingSystem.IsLinux() && File.Exists(Compiler);

    /// <summary>As the repository's parameters say.</summary>
    public required Resources Default { get; init; }

    /// <summary>
    /// With azd's environment and a tag, a private network, storage closed to links, sign-in, an operator, mail, temporary blobs, one more
    /// setting, and storage calls logged.
    /// </summary>
    public required Resources Closed { get; init; }

    /// <summary>With a private network, and storage open to links.</summary>
    public required Resources Open { get; init; }

    /// <summary>Evaluated once for all tests that ask.</summary>
    public static Task<Templates> ReadAsync()
    {
        Assert.SkipUnless(CanCompile, "The Bicep CLI here is Linux's.");
        return Evaluated.Value;
    }

    internal static Task<Command.Run> BicepAsync(params string[] arguments) => Command.RunAsync(Compiler, arguments);

    static async Task<Templates> EvaluateAsync()
    {
        var copy = Directory.CreateTempSubdirectory("planable-test");
        foreach (var file in Directory.EnumerateFiles(Folder))
        {
            File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
        }
        var asIs = await EvaluateAsync(Path.Combine(copy.FullName, "main.bicepparam"));
        var stores = Path.Combine(copy.FullName, "stores.json");
        var more = JsonNode.Parse(await File.ReadAllTextAsync(stores))!;
        more["temporary"] = new JsonArray(new JsonObject { ["prefix"] = "some/incoming/", ["days"] = 2 });
        await File.WriteAllTextAsync(stores, more.ToJsonString());
        var templates = new Templates
        {
            Default = asIs,
            Closed = await EvaluateAsync(copy, "closed", """
                param environmentName = 'some-environment'
                param tags = { team: 'social' }
                param privateNetwork = true
                param storageOpenToLinks = false
                param signInClientId = '33333333-3333-3333-3333-333333333333'
                param operators = [{ id: '44444444-4444-4444-4444-444444444444', type: 'User' }]
                param alertEmails = ['ada@example.com']
                param logStorageCalls = true
                param alwaysReadyInstances = 2
                param recoverVault = true
                param settings = { Some__Setting: 'a value' }
                """),
            Open = await EvaluateAsync(copy, "open", "param privateNetwork = true"),
        };
        copy.Delete(recursive: true);
        return templates;
    }

    static async Task<Resources> EvaluateAsync(DirectoryInfo folder, string name, string parameters)
    {
        var file = Path.Combine(folder.FullName, name + ".bicepparam");
        await File.WriteAllTextAsync(file, $"using 'main.bicep'\n{parameters}\n");
        return await EvaluateAsync(file);
    }

    static async Task<Resources> EvaluateAsync(string parameters)
    {
        var run = await BicepAsync(
            "snapshot", parameters, "--mode", "overwrite", "--subscription-id", "00000000-0000-0000-0000-000000000001",
            "--tenant-id", "00000000-0000-0000-0000-000000000002", "--resource-group", "test", "--location", "westeurope");
        return run.Code == 0
            ? new(JsonNode.Parse(
                await File.ReadAllTextAsync(Path.ChangeExtension(parameters, ".snapshot.json")))!["predictedResources"]!.AsArray())
            : throw new InvalidOperationException(run.Output + run.Error);
    }
}

/// <summary>Resources as they are sent to Azure.</summary>
public sealed class Resources(JsonArray all)
{
    public IEnumerable<JsonNode> All => all.OfType<JsonNode>();

    public JsonNode[] Of(string type) => [.. All.Where(resource => resource.Text("type") == type)];

    /// <summary>The one of its type.</summary>
    public JsonNode One(string type) => Assert.Single(Of(type));

    public JsonNode PropertiesOf(string type) => One(type)["properties"]!;

    /// <summary>Last parts of names: a table's is behind its account's and its service's.</summary>
    public string[] Names(string type) => [.. Of(type).Select(resource => resource.Text("name").Split('/')[^1])];

    public IReadOnlyDictionary<string, string> AppSettings() => PropertiesOf("Microsoft.Web/sites")["siteConfig"]!["appSettings"]!.AsArray()
        .ToDictionary(setting => setting!.Text("name"), setting => setting!.Text("value"));
}
