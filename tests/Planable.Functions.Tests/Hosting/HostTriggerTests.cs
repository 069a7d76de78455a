using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Planable.Hosting;

namespace Planable.Functions.Tests.Hosting;

public sealed class HostTriggerTests
{
    // As the host sent it, with the message {"job":{"id":"p1","n":3}}.
    const string WrappedMessage = """
        {"Data":{"item":"\"{\\\"job\\\":{\\\"id\\\":\\\"p1\\\",\\\"n\\\":3}}\""},"Metadata":{"DequeueCount":"1","Id":"5d9d2e0a","InsertionTime":"…","PopReceipt":"…","sys":{"MethodName":"work","UtcNow":"…","RandGuid":"…"}}}
        """;

    // As the host sent it, with the message {"id":"p1","n":3}, whose own scalars are in the metadata.
    const string UnwrappedMessage = """
        {"Data":{"item":"\"{\\\"id\\\":\\\"p1\\\",\\\"n\\\":3}\""},"Metadata":{"DequeueCount":"1","Id":"\"p1\"","InsertionTime":"…","PopReceipt":"…","sys":{"MethodName":"work","UtcNow":"…","RandGuid":"…"},"n":"\"3\""}}
        """;

    const string TimerCall = """
        {"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":{"Last":"…","Next":"…","LastUpdated":"…"},"IsPastDue":false}},"Metadata":{"sys":{"MethodName":"tick","UtcNow":"…","RandGuid":"…"}}}
        """;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_hosts_queue_call_is_decoded_to_its_job()
    {
        using var root = new ScriptRoot().WithQueue();
        var function = new TestFunction();
        await using var app = await StartAsync(root, function);

        using var answer = await PostAsync(app, root.Name, WrappedMessage);

        await SaysAsync(answer, HttpStatusCode.OK);
        var call = Assert.Single(function.Runs).Call!;
        Assert.Equal("""{"id":"p1","n":3}""", call.Job.GetRawText());
        Assert.Equal((1, false), (call.DequeueCount, call.IsLastAttempt));
    }

    [Theory]
    [InlineData("\"2\"", 2, true)]
    [InlineData("2", 2, true)]
    [InlineData("\"\\\"p1\\\"\"", 1, false)]
    [InlineData("null", 1, false)]
    [InlineData("{}", 1, false)]
    public async Task The_dequeue_count_is_read_however_the_metadata_has_it(string metadata, int count, bool last)
    {
        var body = WrappedMessage.Replace("\"DequeueCount\":\"1\"", $"\"DequeueCount\":{metadata}", StringComparison.Ordinal);
        using var root = new ScriptRoot().WithQueue();
        var function = new TestFunction();
        await using var app = await StartAsync(root, function);

        using var answer = await PostAsync(app, root.Name, body);

        await SaysAsync(answer, HttpStatusCode.OK);
        var call = Assert.Single(function.Runs).Call!;
        Assert.Equal((count, last), (call.DequeueCount, call.IsLastAttempt));
    }

    [Theory]
    [InlineData("""{"Data":{"item":{"job":{"id":"p1"}}},"Metadata":{}}""")]
    [InlineData("""{"Data":{"item":"{\"job\":{\"id\":\"p1\"}}"}}""")]
    public async Task A_message_that_is_wrapped_less_deep_is_taken_too(string body)
    {
        using var root = new ScriptRoot().WithQueue();
        var function = new TestFunction();
        await using var app = await StartAsync(root, function);

        using var answer = await PostAsync(app, root.Name, body);

        await SaysAsync(answer, HttpStatusCode.OK);
        Assert.Equal("p1", Assert.Single(function.Runs).Call!.Job.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData(UnwrappedMessage)]
    [InlineData("""{"Data":{"item":"\"no JSON\""},"Metadata":{"DequeueCount":"1"}}""")]
    [InlineData("""{"Data":{}}""")]
    [InlineData("[]")]
    [InlineData("no JSON")]
    [InlineData("")]
    public async Task A_call_without_a_job_has_failed_and_reaches_no_handler(string body)
    {
        using var root = new ScriptRoot().WithQueue();
        var function = new TestFunction();
        await using var app = await StartAsync(root, function);

        using var answer = await PostAsync(app, root.Name, body);

        await SaysAsync(answer, HttpStatusCode.InternalServerError);
        Assert.Empty(function.Runs);
    }

    [Fact]
    public async Task The_hosts_timer_call_runs_the_timer()
    {
        using var root = new ScriptRoot().WithTimer("0 30 3 * * *");
        var function = new TestFunction();
        await using var app = await StartAsync(root, function);

        using var answer = await PostAsync(app, root.Name, TimerCall);

        await SaysAsync(answer, HttpStatusCode.OK);
        Assert.Single(function.Runs);
    }

    [Fact]
    public async Task A_failing_handler_is_told_to_the_host_without_its_reason()
    {
        using var root = new ScriptRoot().WithQueue();
        await using var app = await StartAsync(root, TestFunction.Failing());

        using var answer = await PostAsync(app, root.Name, WrappedMessage);

        await SaysAsync(answer, HttpStatusCode.InternalServerError);
    }

    [Fact]
    public async Task A_handler_is_given_up_before_the_host_would_kill_the_process()
    {
        using var root = new ScriptRoot(functionTimeout: "00:00:02").WithTimer("0 30 3 * * *");
        var never = new TaskCompletionSource();
        await using var app = await StartAsync(root, new TestFunction((_, _) => never.Task));
        var start = TimeProvider.System.GetTimestamp();

        using var answer = await PostAsync(app, root.Name, TimerCall);

        await SaysAsync(answer, HttpStatusCode.InternalServerError);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.FromSeconds(1.8), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_call_from_another_machine_is_not_found()
    {
        using var root = new ScriptRoot().WithQueue();
        var function = new TestFunction();
        await using var app = await StartAsync(root, function, caller: IPAddress.Parse("203.0.113.9"));

        using var answer = await PostAsync(app, root.Name, WrappedMessage);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(function.Runs);
    }

    [Fact]
    public async Task Standalone_has_no_trigger_endpoint()
    {
        using var root = new ScriptRoot().WithQueue();
        await using var app = Build(root, services => root.Register(services, new TestFunction()), port: null);

        Assert.Empty(((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints));
    }

    [Fact]
    public async Task Under_the_host_nothing_polls_here()
    {
        using var root = new ScriptRoot().WithQueue();
        await using var app = await StartAsync(root, new TestFunction());

        Assert.DoesNotContain(app.Services.GetServices<IHostedService>(), service => service is QueueRunner or TimerRunner);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("7071")]
    public void A_trigger_without_a_handler_stops_the_start(string? port)
    {
        using var root = new ScriptRoot().WithQueue();

        var error = Assert.Throws<InvalidOperationException>(() => Build(root, _ => { }, port));

        Assert.Equal($"{root.Name}/function.json has a queue trigger, but no IQueueFunction is registered as \"{root.Name}\".", error.Message);
    }

    [Fact]
    public void A_handler_without_a_trigger_stops_the_start()
    {
        using var root = new ScriptRoot();

        var error = Assert.Throws<InvalidOperationException>(() =>
            Build(root, services => services.AddKeyedSingleton<ITimerFunction>("Nobody", new TestFunction()), port: null));

        Assert.Equal("An ITimerFunction is registered as \"Nobody\", but there is no Nobody/function.json with a timer trigger.", error.Message);
    }

    [Fact]
    public void A_schedule_that_is_none_is_refused() =>
        Assert.Equal("\"every day\" is no cron expression of six fields.", Assert.Throws<FormatException>(() => TimerSchedule.Parse("every day")).Message);

    [Fact]
    public void Every_timer_of_the_app_has_a_schedule() =>
        Assert.All(Triggers.Read(AppContext.BaseDirectory).Timers, timer => TimerSchedule.Parse(timer.Schedule));

    static WebApplication Build(ScriptRoot root, Action<IServiceCollection> register, string? port, IPAddress? caller = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Configuration.AddInMemoryCollection([new("FUNCTIONS_CUSTOMHANDLER_PORT", port), new("KeyVault:vaultUri", "https://unused.vault.azure.net")]);
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore().AddSingleton(TimeProvider.System).AddLogging();
        builder.Services.AddTriggers(builder.Configuration, root.Path);
        register(builder.Services);
        var app = builder.Build();
        app.Use((context, next) =>
        {
            context.Connection.RemoteIpAddress = caller ?? context.Connection.RemoteIpAddress;
            return next(context);
        });
        app.MapTriggers();
        return app;
    }

    static async Task<WebApplication> StartAsync(ScriptRoot root, TestFunction function, IPAddress? caller = null)
    {
        var app = Build(root, services => root.Register(services, function), "7071", caller);
        await app.StartAsync(Cancel);
        return app;
    }

    static async Task<HttpResponseMessage> PostAsync(WebApplication app, string function, string body)
    {
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/" + function);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.TransferEncodingChunked = true;
        return await client.SendAsync(request, Cancel);
    }

    static async Task SaysAsync(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("""{"Outputs":{},"Logs":[],"ReturnValue":null}""", await answer.Content.ReadAsStringAsync(Cancel));
    }
}
