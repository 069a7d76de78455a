using System.Text.Json;
using System.Text.Json.Serialization;
using Planable.Company.Companies;
using Planable.Storage;

namespace Planable.Cli;

/// <summary>
/// The demo company for callers, only in Development and only on this machine's storage. What a caller needs is printed and written to
/// <c>demo.json</c>. Where that file is right, nothing is made that only <see cref="DemoCompany"/> needs, because that takes time.
/// </summary>
sealed class Demo(CompanyStore companies, IServiceProvider services)
{
    public async Task PresentAsync(string baseUrl, string folder, string storage, CancellationToken cancel)
    {
        var file = Path.Combine(folder, "demo.json");
        var shown = await ReadAsync(file, cancel) ?? await services.GetRequiredService<DemoCompany>().FindOrMakeAsync(cancel);
        if (shown is null)
        {
            Console.WriteLine($"Planable.Functions is listening on {baseUrl}");
            return;
        }
        shown = shown with { BaseUrl = baseUrl, Storage = storage };
        await PrivateFiles.WriteAsync(file, JsonSerializer.SerializeToUtf8Bytes(shown, DemoJson.Default.DemoFile), cancel);
        var post = Json(
            "workspaceId", shown.Workspaces[0].Id, "pageId", shown.Workspaces[0].Pages[0].Id, "text", "Hello from my terminal");
        Console.WriteLine($"""

            Planable.Functions is listening on {baseUrl}
              API reference  {baseUrl}/api/v1/docs
              Settings       {baseUrl}/settings
              Demo company   {file}

            Try it:
              curl {baseUrl}/api/v1/posts -H 'Authorization: Bearer {shown.Tokens.Write}' -H 'Content-Type: application/json' \
                -d '{post}'

            """);

        static string Json(params string[] pairs) =>
            "{" + string.Join(',', pairs.Chunk(2).Select(pair => $"\"{pair[0]}\":\"{pair[1]}\"")) + "}";
    }

    /// <summary>What the file says, if it is whole and its company is in this storage; otherwise null.</summary>
    async Task<DemoFile?> ReadAsync(string file, CancellationToken cancel)
    {
        try
        {
            return File.Exists(file)
                && JsonSerializer.Deserialize(await File.ReadAllBytesAsync(file, cancel), DemoJson.Default.DemoFile) is
                { Tokens.Write: not null, Workspaces: [{ Pages: [_, ..] }, ..] } known
                && IdKind.Company.TryParse(known.CompanyId, out var company)
                && await companies.ReadProfileAsync(company.Partition, cancel) is not null ? known : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The file that other programs read to call the demo.</summary>
sealed record DemoFile(
    string BaseUrl, string Storage, string CompanyId, IReadOnlyList<DemoUser> Users, IReadOnlyList<DemoWorkspace> Workspaces,
    DemoTokens Tokens);

sealed record DemoUser(string Id, string Email, Role Role);

sealed record DemoWorkspace(string Id, string Name, IReadOnlyList<DemoPage> Pages);

sealed record DemoPage(string Id, string Platform);

sealed record DemoTokens(string Write, string Read, string Restricted);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DemoFile))]
sealed partial class DemoJson : JsonSerializerContext;
