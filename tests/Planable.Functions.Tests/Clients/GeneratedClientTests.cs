using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NJsonSchema.CodeGeneration.CSharp;
using NSwag.CodeGeneration.CSharp;

namespace Planable.Functions.Tests.Clients;

/// <summary>The document as others read it: linters find nothing in it, and the clients that generators make of it work.</summary>
public sealed class GeneratedClientTests(AzuriteFixture fixture)
{
    readonly App _app = fixture.App;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("redocly")]
    [InlineData("spectral")]
    public async Task A_linter_finds_nothing(string linter)
    {
        await SaveAsync();

        var (code, output) = await NodeTools.RunAsync(linter);

        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task A_generated_client_in_TypeScript_asks_for_no_more_than_a_call_needs_and_makes_it()
    {
        await SaveAsync();
        var company = await TestCompany.CreateAsync(_app);

        var (code, output) = await NodeTools.RunAsync("client", ("PLANABLE_URL", new Uri(_app.BaseAddress, "/api/v1").ToString()),
            ("PLANABLE_TOKEN", company.Token), ("PLANABLE_WORKSPACE", company.WorkspaceId), ("PLANABLE_PAGE", company.PageIds[0]));

        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task A_generated_client_in_CSharp_creates_and_lists_a_post()
    {
        var company = await TestCompany.CreateAsync(_app);
        var label = await company.Client.PostAsync(
            "/labels", new { workspaceId = company.WorkspaceId, text = "Launch", color = "half-and-half" }).CreatedAsync();
        var document = await NSwag.OpenApiDocument.FromJsonAsync(await DocumentAsync(), Cancel);
        var generated = new CSharpClientGenerator(document, new()
        {
            ClassName = "PlanableClient",
            GenerateOptionalParameters = true,
            CSharpGeneratorSettings = { Namespace = "Generated", JsonLibrary = CSharpJsonLibrary.SystemTextJson },
        }).GenerateFile();
        var calls = Compile(generated, await File.ReadAllTextAsync(Path.Combine(NodeTools.Folder, "Calls.cs"), Cancel)).GetType("Calls")!;
        using var http = new HttpClient { DefaultRequestHeaders = { Authorization = new("Bearer", company.Token) } };

        var listed = await (Task<string>)calls.GetMethod("RunAsync")!.Invoke(
            null, [http, company.WorkspaceId, company.PageIds[0], label["data"]!.Text("id")])!;

        Assert.Equal("Hello half-and-half", listed);
    }

    static Assembly Compile(params string[] sources)
    {
        var compilation = CSharpCompilation.Create(
            "Generated", sources.Select(source => CSharpSyntaxTree.ParseText(source, cancellationToken: Cancel)),
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Select(file => MetadataReference.CreateFromFile(file)),
            new(OutputKind.DynamicallyLinkedLibrary));
        using var image = new MemoryStream();
        var made = compilation.Emit(image, cancellationToken: Cancel);
        Assert.True(made.Success, string.Join('\n', made.Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error).Take(20)));
        return Assembly.Load(image.ToArray());
    }

    Task<string> DocumentAsync() => _app.Http.GetStringAsync("/api/v1/openapi.json", Cancel);

    /// <summary>Where the scripts of <c>package.json</c> look for it.</summary>
    async Task SaveAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(NodeTools.Folder, "generated"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "openapi.json"), await DocumentAsync(), Cancel);
    }
}
