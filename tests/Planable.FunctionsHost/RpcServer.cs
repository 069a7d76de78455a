using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Planable.Rpc.Messages;

namespace Planable.Rpc;

/// <summary>Where workers call the host.</summary>
sealed class RpcServer : IAsyncDisposable
{
    readonly ConcurrentDictionary<string, WorkerStream> _expected = new();
    readonly WebApplication _app;

    RpcServer()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(grpc => (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (null, null));
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<Service>();
    }

    public Uri Address => new(_app.Urls.Single());

    public static async Task<RpcServer> StartAsync()
    {
        var server = new RpcServer();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>The stream of the worker that will call by this id.</summary>
    public WorkerStream Expect(string workerId) => _expected[workerId] = new();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    sealed class Service(RpcServer server) : FunctionRpc.FunctionRpcBase
    {
        public override async Task EventStream(
            IAsyncStreamReader<StreamingMessage> requestStream,
            IServerStreamWriter<StreamingMessage> responseStream,
            ServerCallContext context)
        {
            if (await requestStream.MoveNext(context.CancellationToken)
                && server._expected.TryRemove(requestStream.Current.StartStream?.WorkerId ?? "", out var stream))
            {
                await stream.RunAsync(requestStream, responseStream, context.CancellationToken);
            }
        }
    }
}
