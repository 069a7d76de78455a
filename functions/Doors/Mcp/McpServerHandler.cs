using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Planable.Doors.Mcp;

/// <summary>
/// The SDK's handler of the protocol. Its services are made at the first call of the door, apart from the app's, so that an instance that
/// serves no assistants does not pay for them.
/// </summary>
sealed partial class McpServerHandler(IServiceProvider app, ILogger<McpServerHandler> log) : IAsyncDisposable
{
    const string Instructions = """
        Planable plans social-media posts. Ids come from list_workspaces, then list_pages. Everything you create is a draft: nothing you do
        publishes, schedules or deletes; a person does that in Planable. Times are UTC; a time that you send needs seconds and a UTC offset.
        Lists give nextCursor while there is more: send it as cursor, with the same other arguments.
        """;

    static readonly string Version = typeof(McpServerHandler).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "1.0.0";

    readonly Lazy<(ServiceProvider Services, RequestDelegate Run)> _sdk = new(() => Make(app, options => Describe(options, log)));

    public Task RunAsync(HttpContext http) => _sdk.Value.Run(http);

    public async ValueTask DisposeAsync()
    {
        if (_sdk.IsValueCreated)
        {
            await _sdk.Value.Services.DisposeAsync();
        }
    }

    static (ServiceProvider, RequestDelegate) Make(IServiceProvider app, Action<McpServerOptions> describe)
    {
        var services = new ServiceCollection();
        // The SDK logs what a caller does wrong as an error of ours. What goes wrong here, we log ourselves.
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddLogging();
        services.AddSingleton(app.GetRequiredService<IHostApplicationLifetime>());
        services.AddSingleton(app.GetRequiredService<TimeProvider>());
        services.AddMcpServer(describe).WithHttpTransport(options => options.SessionMode = HttpServerSessionMode.Stateless);
        var provider = services.BuildServiceProvider();
        var routes = new Routes(provider);
        McpEndpointRouteBuilderExtensions.MapMcp(routes, McpEndpoint.Path);
        return (provider, routes.DataSources.SelectMany(source => source.Endpoints)
            .Single(one => one.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(HttpMethods.Post) is true)
            .RequestDelegate!);
    }

    static void Describe(McpServerOptions options, ILogger log)
    {
        options.ServerInfo = new Implementation
        {
            Name = "planable",
            Title = "Planable",
            Version = Version,
        };
        options.ServerInstructions = Instructions;
        var handlers = options.Handlers;
        handlers.ListToolsHandler = (request, _) => Logged(
            log, request, _ => ListToolsAsync(request.Services!.GetRequiredService<ToolSchemas>()));
        handlers.CallToolHandler = (request, _) => Logged(log, request, call => ToolRun.RunAsync(call, request.Params));
        handlers.ListResourcesHandler = (_, _) => ValueTask.FromResult(McpResources.List());
        handlers.ListResourceTemplatesHandler = (_, _) => ValueTask.FromResult(McpResources.Templates());
        handlers.ReadResourceHandler = (request, _) => Logged(
            log, request, call => McpResources.ReadAsync(call, request.Params.Uri, request.Server.NegotiatedProtocolVersion));
        handlers.ListPromptsHandler = (_, _) => ValueTask.FromResult(McpPrompts.List());
        handlers.GetPromptHandler = (request, _) => ValueTask.FromResult(McpPrompts.Get(request.Params));
        handlers.CompleteHandler = (request, _) => Logged(log, request, call => McpCompletions.CompleteAsync(call, request.Params));
    }

    static async ValueTask<ListToolsResult> ListToolsAsync(ToolSchemas schemas) => new() { Tools = [.. await schemas.AllAsync()] };

    static async ValueTask<T> Logged<TParams, T>(ILogger log, RequestContext<TParams> request, Func<McpCall, ValueTask<T>> run)
    {
        var call = request.Services!.GetRequiredService<McpCall>();
        try
        {
            return await run(call);
        }
        catch (Exception e) when (e is not (McpException or OperationCanceledException))
        {
            LogFailed(log, e, call.RequestId);
            throw;
        }
    }

    [LoggerMessage(LogLevel.Error, "Request {RequestId} of an assistant failed.")]
    static partial void LogFailed(ILogger log, Exception exception, string requestId);

    sealed class Routes(IServiceProvider services) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => services;

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(services);
    }
}
