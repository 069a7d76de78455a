using System.Globalization;
using System.Net;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Planable.Functions.Tests.RateLimits;

/// <summary>Instances with the limits of production, in a time of their own, behind a front end that says who calls.</summary>
public abstract class LimitTests(AzuriteFixture fixture) : IAsyncDisposable
{
    private protected const string AddressHeader = "X-Client-IP";

    readonly List<App> _apps = [];

    private protected FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    private protected LimiterCalls Calls { get; } = new();

    private protected App Fixture => fixture.App;

    private protected App Start(TimeProvider? time = null, params (string, string)[] settings)
    {
        var app = App.Start(
            fixture.ConnectionString,
            services => services.AddSingleton(time ?? Time).AddSingleton<HttpPipelinePolicy>(Calls),
            [.. App.CallsOnly, ("RateLimits:Reads", ""), ("RateLimits:Writes", ""), ("RateLimits:Address", ""),
                ("ClientAddressHeader", AddressHeader), .. settings]);
        _apps.Add(app);
        return app;
    }

    /// <summary>Reads so often, and says how many were let through.</summary>
    private protected async Task<int> ReadAsync(App app, string token, int times, int pauseMilliseconds = 0)
    {
        var allowed = 0;
        for (var call = 0; call < times; call++)
        {
            allowed += await IsAllowedAsync(app.As(token).GetAsync("/ping")) ? 1 : 0;
            Time.Advance(TimeSpan.FromMilliseconds(pauseMilliseconds));
        }
        return allowed;
    }

    private protected static async Task<bool> IsAllowedAsync(Task<HttpResponseMessage> call)
    {
        using var response = await call;
        Assert.True(
            response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.TooManyRequests, response.ToString());
        return response.StatusCode is not HttpStatusCode.TooManyRequests;
    }

    private protected static int Number(HttpResponseMessage response, string header) =>
        int.Parse(response.Headers.GetValues(header).Single(), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _apps)
        {
            await app.DisposeAsync();
        }
        GC.SuppressFinalize(this);
    }

    /// <summary>Counts what limits cost: writes of windows, and reads of tokens' rows beside the one that every call makes.</summary>
    private protected sealed class LimiterCalls : HttpPipelinePolicy
    {
        int _writes, _reads;

        public int Writes => _writes;

        public int Reads => _reads;

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (message.Request.Uri.Path.Contains("/tokens(", StringComparison.Ordinal))
            {
                if (message.Request.Method == RequestMethod.Get)
                {
                    Interlocked.Increment(ref _reads);
                }
                else if (await BodyAsync(message.Request) is var body
                    && (body.Contains("\"read\"", StringComparison.Ordinal) || body.Contains("\"write\"", StringComparison.Ordinal)))
                {
                    Interlocked.Increment(ref _writes);
                }
            }
            await ProcessNextAsync(message, pipeline);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

        static async Task<string> BodyAsync(Request request)
        {
            using var body = new MemoryStream();
            await request.Content!.WriteToAsync(body, CancellationToken.None);
            return System.Text.Encoding.UTF8.GetString(body.ToArray());
        }
    }
}
