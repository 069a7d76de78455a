using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using Planable.Doors.Mcp;
using Planable.Platform.Http;

namespace Planable.Functions.Tests.Doors.Mcp;

/// <summary>What the conformance suite asks for by name, tools, resources and prompts, behind the pipeline that the product has.</summary>
sealed class ConformanceServer : IAsyncDisposable
{
    readonly WebApplication _app;

    ConformanceServer(WebApplication app)
    {
        _app = app;
        Url = new Uri(new Uri(app.Urls.First()), "/mcp");
    }

    public Uri Url { get; }

    /// <param name="pipeline">What stands before the endpoint.</param>
    /// <param name="transport">How the endpoint is served.</param>
    public static async Task<ConformanceServer> StartAsync(Action<WebApplication> pipeline, Action<HttpServerTransportOptions> transport)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new HttpSettings(null, null)).AddSingleton(new McpSettings([]));
        builder.Services.AddMcpServer().WithHttpTransport(transport)
            .WithTools(ConformanceTools.All).WithTools(ConformanceInputs.Tools).WithTools(ConformanceQuestions.All)
            .WithPrompts([.. ConformancePrompts.All, ConformanceInputs.Prompt]).WithResources(ConformanceResources.All)
            .WithCompleteHandler((_, _) => ValueTask.FromResult(new CompleteResult { Completion = new() { Values = [], Total = 0 } }))
            .WithRequestFilters(filters => filters.AddReadResourceFilter(NameTheUri));
        var app = builder.Build();
        pipeline(app);
        app.MapMcp("/mcp");
        await app.StartAsync();
        return new(app);
    }

    /// <summary>As the product is: each request stands alone, and only callers of this machine are answered.</summary>
    /// <param name="sessions">Whether clients that initialize get a session, which the product never gives.</param>
    public static Task<ConformanceServer> StartAsync(bool sessions = false) => StartAsync(
        app => app.Use(async (context, next) =>
        {
            if (context.RequestServices.GetRequiredService<McpSettings>().Check(context) is not null)
            {
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return;
            }
            await next(context);
        }),
        options => options.SessionMode = sessions
            ? HttpServerSessionMode.StatefulForInitializeClients : HttpServerSessionMode.Stateless);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>An error says which resource is not there, which the SDK leaves out.</summary>
    static McpRequestHandler<ReadResourceRequestParams, ReadResourceResult> NameTheUri(
        McpRequestHandler<ReadResourceRequestParams, ReadResourceResult> next) => async (request, cancel) =>
    {
        try
        {
            return await next(request, cancel);
        }
        catch (McpProtocolException error) when (error.ErrorCode is McpErrorCode.ResourceNotFound or McpErrorCode.InvalidParams)
        {
            error.Data["uri"] = request.Params?.Uri;
            throw;
        }
    };
}
