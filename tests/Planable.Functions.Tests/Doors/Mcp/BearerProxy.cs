using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace Planable.Functions.Tests.Doors.Mcp;

/// <summary>Adds a token to the calls of a client that cannot send one, and passes on the rest as it is, Host and Origin too.</summary>
sealed class BearerProxy : IAsyncDisposable
{
    readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    readonly WebApplication _app;

    BearerProxy(Uri target, string token)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddHttpForwarder();
        _app = builder.Build();
        var forwarder = _app.Services.GetRequiredService<IHttpForwarder>();
        _app.Run(async http =>
        {
            http.Request.Headers.Authorization = "Bearer " + token;
            await forwarder.SendAsync(
                http, target.GetLeftPart(UriPartial.Authority), _client, ForwarderRequestConfig.Empty, HttpTransformer.Default);
        });
    }

    public Uri BaseAddress => new(_app.Urls.Single());

    public static async Task<BearerProxy> StartAsync(Uri target, string token)
    {
        var proxy = new BearerProxy(target, token);
        await proxy._app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }
}
