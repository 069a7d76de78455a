using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Planable.Platform.Http;

/// <summary>Resolves a host name to its IP addresses.</summary>
delegate Task<IPAddress[]> Resolve(string host, CancellationToken cancel);

/// <summary>Whether the client may connect to an IP address.</summary>
delegate bool Reachable(IPAddress address);

/// <summary>
/// The only client for URLs that a caller gives. It reaches public addresses only: it resolves a name once, when connecting, checks all its
/// addresses, and connects to those. It follows redirects itself and checks each like the first URL. It cuts off responses that are too
/// slow or too large.
/// </summary>
sealed class GuardedClient : IDisposable
{
    const int MostRedirects = 5, FirstBuffer = 16 * 1024;
    static readonly ProductInfoHeaderValue Agent = new("Planable-Functions", "1.0");
    static readonly string[] Compressions = ["gzip", "x-gzip", "deflate", "br", "zstd", "compress", "x-compress"];

    readonly FetchSettings _settings;
    readonly Reachable _reachable;
    readonly Resolve _resolve;
    readonly TimeProvider _time;
    readonly HttpMessageInvoker _http;

    public GuardedClient(FetchSettings settings, Reachable reachable, Resolve resolve, TimeProvider time)
    {
        (_settings, _reachable, _resolve, _time) = (settings, reachable, resolve, time);
        _http = new(new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            ConnectTimeout = _settings.AnswerTimeout,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            MaxResponseHeadersLength = 32,
            // Do not read the rest of a response that is refused.
            MaxResponseDrainSize = 0,
            ActivityHeadersPropagator = null,
        });
    }

    /// <summary>Why a URL can never be fetched, whatever its host answers; null if it may work.</summary>
    public string? Check(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) ? Check(uri) : FieldWords.NoAddress;

    /// <summary>Fetches a URL; returns once the response headers have arrived.</summary>
    /// <param name="url">A URL for which <see cref="Check(string)"/> returned null.</param>
    /// <param name="most">The most bytes that the response may have.</param>
    /// <exception cref="FetchFailure">The URL cannot be fetched. Reading the response may still throw this.</exception>
    public async Task<GuardedResponse> GetAsync(Uri url, CancellationToken cancel, long most = Limits.File)
    {
        var whole = new CancellationTokenSource(_settings.Timeout, _time);
        HttpResponseMessage? response = null;
        try
        {
            for (var redirects = 0; ; redirects++)
            {
                response = Check(url) is { } why
                    ? throw new FetchFailure(redirects == 0 ? why
                        : "The address redirects to one that is not a public http or https address.")
                    : await SendAsync(url, whole.Token, cancel);
                if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                    or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
                        || response.Headers.Location is not { } location)
                {
                    break;
                }
                response.Dispose();
                var next = Uri.TryCreate(url, location, out var target) ? target
                    : throw new FetchFailure("The address redirects to an invalid address.");
                url = redirects == MostRedirects ? throw new FetchFailure($"The address redirects more than {MostRedirects} times.")
                    : url.Scheme is "https" && next.Scheme is "http" ? throw new FetchFailure("The address redirects from https to http.")
                    : next;
            }
            if (!response.IsSuccessStatusCode)
            {
                throw FetchFailure.Status(response, _time.GetUtcNow());
            }
            if (response.Content.Headers.ContentEncoding.Intersect(Compressions, StringComparer.OrdinalIgnoreCase).Any())
            {
                throw new FetchFailure("The address answered with compressed content, which is not accepted.");
            }
            var guarded = new GuardedResponse(response, await response.Content.ReadAsStreamAsync(cancel), _settings, whole, most, _time);
            (response, whole) = (null, null);
            return guarded;
        }
        finally
        {
            response?.Dispose();
            whole?.Dispose();
        }
    }

    /// <summary>
    /// Sends a request and returns its answer, whatever the status. A redirect is an answer like any other.
    /// </summary>
    /// <param name="request">To a URL for which <see cref="Check(string)"/> returned null.</param>
    /// <param name="timeout">How long the whole answer may take.</param>
    /// <param name="most">How many bytes of the body are read.</param>
    /// <exception cref="FetchFailure">There was no answer.</exception>
    public async Task<GuardedAnswer> SendAsync(HttpRequestMessage request, TimeSpan timeout, int most, CancellationToken cancel)
    {
        if (Check(request.RequestUri!) is { } why)
        {
            throw new FetchFailure(why);
        }
        request.Headers.UserAgent.Add(Agent);
        using var limit = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            using var response = await _http.SendAsync(request, either.Token);
            var body = await BeginningAsync(await response.Content.ReadAsStreamAsync(either.Token), most, either.Token);
            return new((int)response.StatusCode, Encoding.UTF8.GetString(body.Span), FetchFailure.After(response, _time.GetUtcNow()),
                response.Headers.CacheControl?.MaxAge);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw FetchFailure.TooSlow();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw FetchFailure.Of(e);
        }
    }

    /// <summary>Up to so many bytes of a stream, with a buffer that grows with what arrives.</summary>
    static async Task<ReadOnlyMemory<byte>> BeginningAsync(Stream stream, int most, CancellationToken cancel)
    {
        var (body, length) = (new byte[Math.Min(most, FirstBuffer)], 0);
        while (true)
        {
            length += await stream.ReadAtLeastAsync(body.AsMemory(length), body.Length - length, throwOnEndOfStream: false, cancel);
            if (length < body.Length || length == most)
            {
                return body.AsMemory(0, length);
            }
            Array.Resize(ref body, Math.Min(most, 2 * length));
        }
    }

    public void Dispose() => _http.Dispose();

    async Task<HttpResponseMessage> SendAsync(Uri url, CancellationToken whole, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.UserAgent.Add(Agent);
        request.Headers.Accept.Add(new("*/*"));
        request.Headers.AcceptEncoding.Add(new("identity"));
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(whole, cancel);
        wait.CancelAfter(_settings.AnswerTimeout);
        try
        {
            return await _http.SendAsync(request, wait.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw FetchFailure.TooSlow();
        }
        catch (HttpRequestException e)
        {
            throw FetchFailure.Of(e);
        }
    }

    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var addresses = await AddressesAsync(context.DnsEndPoint.Host, cancel);
        var ours = _settings.IdentityHost is { } host ? await AddressesAsync(host, cancel) : [];
        if (!Array.TrueForAll(addresses, address => _reachable(address)) || addresses.Intersect(ours).Any())
        {
            throw new FetchFailure("The host has no public address.");
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    async Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancel)
    {
        if (IPAddress.TryParse(host, out var address))
        {
            return [address];
        }
        try
        {
            return await _resolve(host, cancel) is { Length: > 0 } found ? found : throw new SocketException((int)SocketError.NoData);
        }
        catch (SocketException e)
        {
            throw FetchFailure.Resolving(e);
        }
    }

    string? Check(Uri url)
    {
        const string NotPublic = "Must be a public address.";
        try
        {
            return url switch
            {
                { Scheme: not ("http" or "https") } => FieldWords.NoAddress,
                { UserInfo.Length: > 0 } => "Must not contain a user name or password.",
                { HostNameType: UriHostNameType.IPv4 } when HostAsWritten(url) != url.Host =>
                    "Must write an IP address as four decimal numbers.",
                _ => IsPublic(url.IdnHost.TrimEnd('.')) ? null : NotPublic,
            };
        }
        catch (UriFormatException)
        {
            // Uri checks the characters of a host name only here.
            return FieldWords.NoAddress;
        }
    }

    /// <summary>Whether an IP address is allowed, or a host name might have an allowed one.</summary>
    bool IsPublic(string host) => !host.Equals(_settings.IdentityHost, StringComparison.OrdinalIgnoreCase)
        && (IPAddress.TryParse(host, out var address) ? _reachable(address)
            : _reachable(IPAddress.Loopback) || !("." + host).EndsWith(".localhost", StringComparison.OrdinalIgnoreCase));

    /// <summary>The host as the caller wrote it, before Uri normalizes octal, hexadecimal and missing numbers of an IP address.</summary>
    static string HostAsWritten(Uri url)
    {
        var rest = url.OriginalString.AsSpan().TrimStart();
        rest = rest[(rest.IndexOf(':') + 1)..].TrimStart(@"/\");
        var host = rest.IndexOfAny(@":/\?#") is >= 0 and var end ? rest[..end] : rest;
        return host.TrimEnd().ToString();
    }
}
