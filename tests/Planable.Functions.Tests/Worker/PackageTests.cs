using System.IO.Compression;
using System.Net;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.Json.Nodes;
using Planable.Functions.Tests.Hosting;
using Planable.Functions.Tests.Http;
using Planable.Functions.Tests.Secrets;
using Planable.Platform;

namespace Planable.Functions.Tests.Published;

/// <summary>
/// What <c>dotnet publish functions</c> lays out: all that the Functions host asks for, and nothing that only
/// a developer's machine has.
/// </summary>
public sealed class PackageTests(AzuriteFixture fixture, FakeKeyVault vaults)
{
    const int LargestZip = 40_000_000;
    static readonly string[] Local = ["PickAUser", "Demo", "QueueRunner", "TimerRunner", "QueueListener", "FileSecrets", "LocalApp"];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_a_script_root_of_an_isolated_worker()
    {
        var (host, worker) = (await JsonAsync("host.json"), (await JsonAsync("worker.config.json"))["description"]!);
        var queues = host["extensions"]!["queues"]!;

        Assert.Equal("2.0", host.Text("version"));
        Assert.All(["customHandler", "extensionBundle", "telemetryMode"], name => Assert.Null(host[name]));
        Assert.True(TimeSpan.Parse(host.Text("functionTimeout"), null) > Limits.Deadline);
        Assert.Equal("", host["extensions"]!["http"]!.Text("routePrefix"));
        Assert.True(TimeSpan.Parse(queues.Text("visibilityTimeout"), null) > TimeSpan.Zero);
        Assert.InRange(queues.Number("batchSize"), 1, 32);
        Assert.Equal(
            ("dotnet-isolated", "dotnet", "Planable.Functions.dll"),
            (worker.Text("language"), worker.Text("defaultExecutablePath"), worker.Text("defaultWorkerPath")));
        var root = await PublishedPackage.FolderAsync;
        Assert.All(["functions.metadata", "extensions.json", "Planable.Functions.dll"], file =>
            Assert.True(File.Exists(Path.Combine(root, file)), file));
        // The host loads from here what the extensions file names.
        Assert.All(
            (await JsonAsync("extensions.json"))["extensions"]!.AsArray(),
            extension => Assert.True(File.Exists(Path.Combine(root, extension!.Text("hintPath")))));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(root, ".azurefunctions")));
    }

    [Fact]
    public async Task It_brings_no_framework_and_is_small()
    {
        var root = await PublishedPackage.FolderAsync;
        var runtime = (await JsonAsync("Planable.Functions.runtimeconfig.json"))["runtimeOptions"]!;
        using var zip = new MemoryStream();

        await ZipFile.CreateFromDirectoryAsync(root, zip, CompressionLevel.Optimal, includeBaseDirectory: false, Cancel);

        Assert.InRange(zip.Length, 1_000_000, LargestZip);
        Assert.Contains(runtime["frameworks"]!.AsArray(), framework => framework!.Text("name") == "Microsoft.AspNetCore.App");
        Assert.Null(runtime["includedFrameworks"]);
        Assert.False(File.Exists(Path.Combine(root, "System.Private.CoreLib.dll")));
    }

    [Fact]
    public async Task Nothing_that_only_a_developers_machine_needs_is_in_it()
    {
        var root = await PublishedPackage.FolderAsync;
        var files = Directory.GetFiles(root, "*", SearchOption.AllDirectories).Select(file => Path.GetFileName(file)!).ToArray();
        // The app's own files are Planable.Functions's; those of planable begin with a small letter.
        Assert.All(
            ["planable", "Planable.Cli", "System.CommandLine", "NCrontab", "Spectre.Console", "local.settings"],
            name => Assert.DoesNotContain(files, file => file == name || file.StartsWith(name + ".", StringComparison.Ordinal)));
        Assert.DoesNotContain("Planable.Functions.pdb", files);

        var (types, texts) = Inside(Path.Combine(root, "Planable.Functions.dll"));
        Assert.Contains("CallPairing", types);
        Assert.Contains("KeyVault:vaultUri", texts);
        Assert.DoesNotContain(types, type => Local.Any(word => type.Contains(word, StringComparison.OrdinalIgnoreCase)));
        Assert.DoesNotContain(texts, text => text.Contains("AllowLoopback", StringComparison.OrdinalIgnoreCase)
            || text.Contains("PLANABLE_DATA", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Whatever_the_environment_says_it_is_no_developers_machine()
    {
        await using var host = await PublishedWorker.StartAsync(fixture.ConnectionString,
        [
            .. vaults.EnvironmentFor(vaults.New()), ("IDENTITY_ENDPOINT", null),
            ("ASPNETCORE_ENVIRONMENT", "Development"), ("DOTNET_ENVIRONMENT", "Development"), ("Fetch__AllowLoopback", "true"),
        ]);
        using var http = PublishedWorker.Client(host.Address);
        using var server = new LoopbackServer();
        var company = await TestCompany.CreateAsync(fixture.App);
        var client = new Client(http, company.Token);

        using var signIn = await http.GetAsync(new Uri("/settings/sign-in", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.NotFound, signIn.StatusCode);
        using var settings = await http.GetAsync(new Uri("/settings", UriKind.Relative), Cancel);
        Assert.NotEqual(HttpStatusCode.OK, settings.StatusCode);
        var url = server.On("/a.png", "no picture"u8.ToArray()).AbsoluteUri;
        await client.PostAsync("/media", new { workspaceId = company.WorkspaceId, mediaUrls = new[] { url } }).InvalidAsync();
        Assert.Empty(server.Requests);
    }

    static async Task<JsonNode> JsonAsync(string file) =>
        JsonNode.Parse(await File.ReadAllBytesAsync(Path.Combine(await PublishedPackage.FolderAsync, file), Cancel))!;

    /// <summary>The names of an assembly's types, and the texts in its code.</summary>
    static (string[] Types, string[] Texts) Inside(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        var metadata = image.GetMetadataReader();
        var texts = new List<string>();
        for (var at = MetadataTokens.UserStringHandle(1); !at.IsNil; at = metadata.GetNextHandle(at))
        {
            texts.Add(metadata.GetUserString(at));
        }
        return ([.. metadata.TypeDefinitions.Select(type => metadata.GetString(metadata.GetTypeDefinition(type).Name))], [.. texts]);
    }
}
