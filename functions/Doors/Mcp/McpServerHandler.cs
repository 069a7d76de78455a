using System.Reflection;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Planable.Doors.Mcp;

/// <summary>
/// The SDK's handler of the protocol. Its services are made at the first call of the door, apart from the app's, so that an instance that
/// serves no assistants does not pay for them.
/// </summary>
sealed class McpServerHandler(IServiceProvider app) : IAsyncDisposable
{
    const string Instructions = """
        Planable plans social-media posts. Ids come from list_workspaces, then list_pages. Everything you create is a draft: nothing you do
        publishes, schedules or deletes; a person does that in Planable. Times are UTC; a time that you send needs seconds and a UTC offset.
        Lists give nextCursor while there is more: send it as cursor, with the same other arguments.
        """;

    readonly Lazy<(ServiceProvider Services, RequestDelegate Run)> _sdk = new(() => Make(app));

    public Task RunAsync(HttpContext http) => _sdk.Value.Run(http);

    public async ValueTask DisposeAsync()
    {
        if (_sdk.IsValueCreated)
        {
            await _sdk.Value.Services.DisposeAsync();
        }
    }

    static (ServiceProvider, RequestDelegate) Make(IServiceProvider app)
    {
        var services = new ServiceCollection();
        services.AddSingleton(app.GetRequiredService<ILoggerFactory>()).AddLogging();
        services.AddSingleton(app.GetRequiredService<IHostApplicationLifetime>());
        services.AddSingleton(app.GetRequiredService<TimeProvider>());
        services.AddMcpServer(Describe).WithHttpTransport(options => options.SessionMode = HttpServerSessionMode.Stateless);
        var provider = services.BuildServiceProvider();
        var routes = new Routes(provider);
        McpEndpointRouteBuilderExtensions.MapMcp(routes, McpEndpoint.Path);
        return (provider, routes.DataSources.SelectMany(source => source.Endpoints)
            .Single(one => one.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(HttpMethods.Post) is true)
            .RequestDelegate!);
    }

    static void Describe(McpServerOptions options)
    {
        options.ServerInfo = new Implementation
        {
            Name = "planable",
            Title = "Planable",
            Version = typeof(McpServerHandler).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
                .InformationalVersion.Split('+')[0] ?? "1.0.0",
        };
        options.ServerInstructions = Instructions;
        var handlers = options.Handlers;
        handlers.ListToolsHandler = async (request, _) => new()
        {
            Tools = [.. await request.Services!.GetRequiredService<ToolSchemas>().AllAsync()],
        };
        handlers.CallToolHandler = (request, _) => ToolRun.RunAsync(request.Services!.GetRequiredService<McpCall>(), request.Params);
        handlers.ListResourcesHandler = (_, _) => ValueTask.FromResult(McpResources.List());
        handlers.ListResourceTemplatesHandler = (_, _) => ValueTask.FromResult(McpResources.Templates());
        handlers.ReadResourceHandler = (request, _) => McpResources.ReadAsync(
            request.Services!.GetRequiredService<McpCall>(), request.Params.Uri, request.Server.NegotiatedProtocolVersion);
        handlers.ListPromptsHandler = (_, _) => ValueTask.FromResult(McpPrompts.List());
        handlers.GetPromptHandler = (request, _) => ValueTask.FromResult(McpPrompts.Get(request.Params));
        handlers.CompleteHandler = (request, _) => McpCompletions.CompleteAsync(
            request.Services!.GetRequiredService<McpCall>(), request.Params);
    }

    sealed class Routes(IServiceProvider services) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => services;

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(services);
    }
}
