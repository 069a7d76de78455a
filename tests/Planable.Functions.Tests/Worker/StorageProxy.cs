using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace Planable.Functions.Tests.Published;

/// <summary>Stands between a worker and storage: notes what comes through, holds it up, or lets nothing through.</summary>
sealed class StorageProxy : IAsyncDisposable
{
    readonly ConcurrentQueue<string> _calls = [];
    readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    readonly WebApplication _app;
    readonly string[] _targets;
    volatile Held? _held;
    volatile string? _refused;

    StorageProxy(string connection)
    {
        _targets = ["Blob", "Queue", "Table"];
        var endpoints = connection.Split(';').Where(part => part.Contains("Endpoint=", StringComparison.Ordinal))
            .ToDictionary(part => part[..part.IndexOf("Endpoint", StringComparison.Ordinal)], part =>
                new Uri(part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..]));
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            foreach (var _ in _targets)
            {
                kestrel.Listen(IPAddress.Loopback, 0);
            }
        });
        builder.Services.AddHttpForwarder();
        _app = builder.Build();
        var forwarder = _app.Services.GetRequiredService<IHttpForwarder>();
        _app.Run(async http =>
        {
            _calls.Enqueue($"{http.Request.Method} {http.Request.Path}");
            if (IsAway)
            {
                http.Abort();
                return;
            }
            if (_refused is { } refused && http.Request.Path.Value!.Contains(refused, StringComparison.Ordinal))
            {
                // Nobody tries this again.
                http.Response.StatusCode = StatusCodes.Status403Forbidden;
                return;
            }
            if (_held is { } held && http.Request.Path.Value!.Contains(held.Path, StringComparison.Ordinal))
            {
                await held.WaitAsync(http.RequestAborted);
            }
            var target = endpoints[_targets[Ports.IndexOf(http.Connection.LocalPort)]];
            await forwarder.SendAsync(
                http, target.GetLeftPart(UriPartial.Authority), _client, ForwarderRequestConfig.Empty, HttpTransformer.Default);
        });
        Original = connection;
    }

    public bool IsAway { get; set; }

    /// <summary>What came, method and path.</summary>
    public IReadOnlyCollection<string> Calls => _calls;

    /// <summary>The same account by the way that leads through here.</summary>
    public string ConnectionString => _targets.Select((name, number) => (Name: name + "Endpoint=", Port: Ports[number])).Aggregate(
        Original, (connection, target) =>
            string.Join(';', connection.Split(';').Select(part => !part.StartsWith(target.Name, StringComparison.Ordinal) ? part
            : target.Name + new UriBuilder(part[target.Name.Length..]) { Port = target.Port }.Uri.AbsoluteUri)));

    string Original { get; }

    List<int> Ports => [.. _app.Urls.Select(url => new Uri(url).Port)];

    public static async Task<StorageProxy> StartAsync(string connection)
    {
        var proxy = new StorageProxy(connection);
        await proxy._app.StartAsync();
        return proxy;
    }

    /// <summary>Until this is disposed, what has this in its path waits.</summary>
    public Held Hold(string path) => _held = new(path, () => _held = null);

    /// <summary>From now on, what has this in its path is refused.</summary>
    public void Refuse(string path) => _refused = path;

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    public sealed class Held(string path, Action end) : IDisposable
    {
        readonly TaskCompletionSource _arrived = new(), _abandoned = new(),
            _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Path => path;

        /// <summary>When a call waits.</summary>
        public Task Arrived => _arrived.Task;

        /// <summary>When one whose call waited has hung up.</summary>
        public Task Abandoned => _abandoned.Task;

        public async Task WaitAsync(CancellationToken gone)
        {
            _arrived.TrySetResult();
            try
            {
                await _released.Task.WaitAsync(gone);
            }
            catch (OperationCanceledException)
            {
                _abandoned.TrySetResult();
                throw;
            }
        }

        public void Dispose()
        {
            end();
            _released.TrySetResult();
        }
    }
}
