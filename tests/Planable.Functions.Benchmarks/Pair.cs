using System.Diagnostics;

namespace Planable.Functions.Benchmarks;

/// <summary>The app and the control that does with rows what the app does with posts.</summary>
sealed record Pair(RunningApp App, RunningApp Control) : IAsyncDisposable
{
    const int WarmUp = 2000;

    public static async Task<Pair> StartAsync(Ground ground, Published rows, params (string Name, string Value)[] more)
    {
        var control = await ground.StartRowsAsync(rows, more);
        var app = ground.StartStandalone(more);
        app.Authorize(ground.Company.Tokens.Write);
        await app.FirstAnswerAsync("/api/v1/ping");
        await control.FirstAnswerAsync("/rows");
        return new(app, control);
    }

    public async Task<Figures> MeasureAsync(
        int times, Func<HttpClient, Task<HttpResponseMessage>> app, Func<HttpClient, Task<HttpResponseMessage>> control)
    {
        var figures = new Figures();
        for (var round = -WarmUp; round < times; round++)
        {
            var (one, other) = (await Time(App.Http, app), await Time(Control.Http, control));
            if (round >= 0)
            {
                figures.Add(one, other);
            }
        }
        return figures;
    }

    static async Task<TimeSpan> Time(HttpClient http, Func<HttpClient, Task<HttpResponseMessage>> call)
    {
        var start = Stopwatch.GetTimestamp();
        using var response = await call(http);
        response.EnsureSuccessStatusCode();
        return Stopwatch.GetElapsedTime(start);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Control.DisposeAsync();
    }
}
