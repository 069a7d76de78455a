using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Planable.Functions.Benchmarks;

/// <summary>
/// Bringing files: from the call to the last of them, beside fetching each with curl and uploading each with the SDK;
/// and what memory it takes.
/// </summary>
static class Ingestion
{
    const int Files = 20, Rounds = 5, AtOnce = 4, Size = 5 * 1000 * 1000, Largest = 100 * 1024 * 1024;

    // A GIF of one pixel; what follows its end is no part of the picture.
    static readonly byte[] Picture =
        [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b];

    public static async Task MeasureAsync(Ground ground)
    {
        await using var server = Serve();
        await server.StartAsync();
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        await using var app = ground.StartStandalone(("DOTNET_ENVIRONMENT", "Development"), ("Fetch__AllowLoopback", "true"));
        app.Authorize(ground.Company.Tokens.Write);
        await app.FirstAnswerAsync("/api/v1/ping");
        var container = new BlobContainerClient(ground.Storage, "control");
        await container.CreateIfNotExistsAsync();

        var figures = new Figures();
        for (var round = -1; round < Rounds; round++)
        {
            string[] urls = [.. Enumerable.Range(0, Files).Select(_ => $"{address}/{Size}/{Guid.NewGuid():N}.gif")];
            var imported = await ImportAsync(app.Http, ground.Company.Workspaces[0].Id, urls);
            var fetched = await FetchAsync(urls, container);
            if (round >= 0)
            {
                figures.Add(imported, fetched);
            }
        }
        figures.Print($"{Files} files of 5 MB", 0.5, 1.5);
        await ImportAsync(app.Http, ground.Company.Workspaces[0].Id,
            [.. Enumerable.Range(0, AtOnce).Select(_ => $"{address}/{Largest}/{Guid.NewGuid():N}.gif")]);
        Figures.PrintMiB($"peak memory, then {AtOnce} files of 100 MB", await app.PeakAsync(), 200 * 1000 * 1000);
        Figures.PrintMiB("and thereafter, without the program's files", await app.OwnAsync(), 200 * 1000 * 1000);
    }

    /// <summary>From the call until each is told to be there.</summary>
    static async Task<TimeSpan> ImportAsync(HttpClient http, string workspace, string[] urls)
    {
        var start = Stopwatch.GetTimestamp();
        using var accepted = await http.PostAsJsonAsync("/api/v1/media", new { workspaceId = workspace, mediaUrls = urls });
        accepted.EnsureSuccessStatusCode();
        var list = new Uri($"/api/v1/media?workspaceId={workspace}&limit={urls.Length}", UriKind.Relative);
        while (true)
        {
            var media = (await http.GetFromJsonAsync<JsonElement>(list)).GetProperty("data").EnumerateArray()
                .Select(one => one.GetProperty("status").GetString()).ToArray();
            if (Array.TrueForAll(media, status => status == "success"))
            {
                return Stopwatch.GetElapsedTime(start);
            }
            if (media.Contains("error"))
            {
                throw new InvalidOperationException("A file was not imported.");
            }
            await Task.Delay(20);
        }
    }

    static async Task<TimeSpan> FetchAsync(string[] urls, BlobContainerClient container)
    {
        var file = Path.GetTempFileName();
        var start = Stopwatch.GetTimestamp();
        foreach (var url in urls)
        {
            using var curl = Process.Start("curl", ["-s", "-o", file, url]);
            await curl.WaitForExitAsync();
            await container.GetBlobClient(Guid.NewGuid().ToString("N")).UploadAsync(file);
        }
        var took = Stopwatch.GetElapsedTime(start);
        File.Delete(file);
        return took;
    }

    /// <summary>Files of any size, each other bytes.</summary>
    static WebApplication Serve()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/{size:int}/{name}", async (int size, string name, HttpResponse response) =>
        {
            response.ContentLength = size;
            await response.Body.WriteAsync(Picture);
            await response.Body.WriteAsync(System.Text.Encoding.ASCII.GetBytes(name));
            var block = new byte[64 * 1024];
            for (var left = size - Picture.Length - name.Length; left > 0; left -= block.Length)
            {
                await response.Body.WriteAsync(block.AsMemory(0, Math.Min(left, block.Length)));
            }
        });
        return app;
    }
}
