using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Planable.Networks;

/// <summary>
/// Sends requests to networks, each once: nothing here repeats a request or follows a redirect, because the request may make a post
/// visible. Bodies are streamed.
/// </summary>
sealed class NetworkHttp : IDisposable
{
    /// <summary>The most bytes of an answer that are read.</summary>
    const int Most = 4 * 1024 * 1024;

    readonly Lazy<HttpClient> _http = new(() => new HttpClient(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        ConnectTimeout = TimeSpan.FromSeconds(10),
        ActivityHeadersPropagator = null,
    })
    {
        // The caller's cancellation token limits the time.
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = Most,
        DefaultRequestHeaders = { { "User-Agent", "Planable-Functions/1.0" } },
    });

    /// <summary>The answer, also if it is an error or there is none.</summary>
    public async Task<NetworkReply> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        using (request)
        {
            try
            {
                using var response = await _http.Value.SendAsync(request, cancel);
                var body = await response.Content.ReadAsByteArrayAsync(cancel);
                return new((int)response.StatusCode, Encoding.UTF8.GetString(body), response.Headers);
            }
            catch (HttpRequestException e)
            {
                return NetworkErrors.IsBeforeSending(e) ? NetworkReply.NotSent : NetworkReply.NoAnswer;
            }
            catch (IOException)
            {
                return NetworkReply.NoAnswer;
            }
        }
    }

    public Task<NetworkReply> GetAsync(string url, string? bearer, CancellationToken cancel) =>
        SendAsync(Request(HttpMethod.Get, url, bearer), cancel);

    /// <param name="body">Null for none.</param>
    public Task<NetworkReply> PostAsync(string url, string? bearer, HttpContent? body, CancellationToken cancel) =>
        SendAsync(Request(HttpMethod.Post, url, bearer, body), cancel);

    public Task<NetworkReply> PostFormAsync(
        string url, string? bearer, IEnumerable<(string Name, string? Value)> fields, CancellationToken cancel) =>
        PostAsync(url, bearer, Form(fields), cancel);

    public static StringContent Json<T>(T body, JsonTypeInfo<T> type) =>
        new(JsonSerializer.Serialize(body, type), Encoding.UTF8, "application/json");

    /// <summary>A form; fields without a value are left out.</summary>
    public static FormUrlEncodedContent Form(IEnumerable<(string Name, string? Value)> fields) =>
        new(fields.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value)));

    /// <summary>A query that starts with a question mark; parameters without a value are left out.</summary>
    public static string Query(params (string Name, string? Value)[] parameters) => "?" + string.Join('&', parameters
        .Where(parameter => parameter.Value is not null)
        .Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value!)}"));

    public static HttpRequestMessage Request(HttpMethod method, string url, string? bearer, HttpContent? body = null)
    {
        var request = new HttpRequestMessage(method, url) { Content = body };
        request.Headers.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        return request;
    }

    public void Dispose()
    {
        if (_http.IsValueCreated)
        {
            _http.Value.Dispose();
        }
    }
}
