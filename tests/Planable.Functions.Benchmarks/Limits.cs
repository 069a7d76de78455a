using System.Diagnostics;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Planable.Company.RateLimits;
using Planable.Company.Tokens;
using Planable.Storage;

namespace Planable.Functions.Benchmarks;

/// <summary>What limits add to a call: the same empty answer, with a token's call counted and its headers written, and without.</summary>
static class Limits
{
    const int WarmUp = 5_000, Calls = 20_000;

    public static async Task MeasureAsync(Ground ground)
    {
        await using var app = Build(ground.Storage);
        await app.StartAsync();
        using var http = new HttpClient
        {
            BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()),
        };
        var figures = new Figures();
        for (var round = -WarmUp; round < Calls; round++)
        {
            var (with, without) = (await TimeAsync("/api/v1/counted"), await TimeAsync("/plain"));
            if (round >= 0)
            {
                figures.Add(with, without);
            }
        }
        figures.PrintDifference("limits", 0.5, TimeSpan.FromMicroseconds(20));

        async Task<TimeSpan> TimeAsync(string path)
        {
            var start = Stopwatch.GetTimestamp();
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
            response.EnsureSuccessStatusCode();
            return Stopwatch.GetElapsedTime(start);
        }
    }

    static WebApplication Build(string storage)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        // A limit that is never reached, of a token that others use up to a quarter: its window is read and counted, nothing is written.
        builder.Configuration["RateLimits:Reads"] = "1000000";
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(new Tables(new TableServiceClient(storage)))
            .AddSingleton<TokenStore>().AddRateLimits(builder.Configuration);
        var app = builder.Build();
        app.UseRateLimitHeaders();
        var limiter = app.Services.GetRequiredService<TokenLimiter>();
        var known = new KnownToken(
            new("t", "cmp", "usr", "T", Scope.Read, null, default, null, new string('0', 64)),
            new TableEntity("00", new string('0', 32)) { ["read"] = Used() });
        app.MapGet("/plain", http => Task.CompletedTask);
        app.MapGet("/api/v1/counted", async http => http.Features.Set(await limiter.TakeAsync(known, isRead: true, http.RequestAborted)));
        return app;
    }

    static byte[] Used()
    {
        var (window, now) = (new SlidingWindow(), SlidingWindow.TickOf(TimeProvider.System.GetUtcNow()));
        window.Advance(now);
        for (var ago = 0; ago < 200; ago++)
        {
            window.Add(now - ago, 1_000);
        }
        return window.ToBytes(revision: 1);
    }
}
