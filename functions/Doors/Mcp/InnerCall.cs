using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Planable.Company.RateLimits;
using Planable.Company.Tokens;
using Planable.Platform.Http;

namespace Planable.Doors.Mcp;

/// <summary>
/// A call of an operation within a call of <c>/mcp</c>: the same token, connection, services and request id, but its own method, path,
/// query, body and response.
/// </summary>
sealed class InnerCall
{
    readonly InnerResponse _response = new(new MemoryStream());

    public InnerCall(HttpContext outer, Endpoint endpoint, string method, PathString path, QueryString query, byte[]? body)
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Protocol = outer.Request.Protocol,
            Scheme = outer.Request.Scheme,
            Method = method,
            Path = path,
            QueryString = query.Value ?? "",
            RawTarget = path + query.Value,
            Headers = Headers(outer),
            Body = body is null ? Stream.Null : new MemoryStream(body),
        });
        features.Set<IHttpResponseFeature>(_response);
        features.Set<IHttpResponseBodyFeature>(_response);
        features.Set<IHttpRequestBodyDetectionFeature>(new BodyDetection(body is not null));
        Share<IHttpConnectionFeature>();
        Share<IHttpRequestLifetimeFeature>();
        Share<IServiceProvidersFeature>();
        Share<IHttpRequestIdentifierFeature>();
        features.Set(new Audience(outer.McpUrl()) { IsDraftsOnly = true });
        Http = new DefaultHttpContext(features);
        Http.SetEndpoint(endpoint);
        if (body is not null)
        {
            Http.Request.ContentType = "application/json";
            Http.Request.ContentLength = body.Length;
        }

        void Share<T>() where T : class => features.Set(outer.Features.Get<T>());
    }

    public static InnerCall Of(HttpContext outer, TwinRequest request)
    {
        var inner = new InnerCall(
            outer, outer.RequestServices.GetRequiredService<Twins>().Find(request.Twin), request.Twin.Method, Twins.PathOf(request),
            request.Query, request.Body);
        inner.Http.Request.RouteValues = request.Path;
        return inner;
    }

    public HttpContext Http { get; }

    /// <summary>The caller, once the call is authenticated.</summary>
    public Caller? Caller => Http.Features.Get<Caller>();

    public RateLimit? Limit => Http.Features.Get<RateLimit>();

    /// <summary>Takes over who calls from an earlier call within the same outer call.</summary>
    public void Continue(InnerCall first)
    {
        Http.Features.Set(first.Caller);
        Http.Features.Set(first.Http.Features.Get<IHttpAuthenticationFeature>());
        Http.GetEndpoint()!.Metadata.GetMetadata<PrefetchMetadata>()?.Prepare(Http, false);
    }

    /// <summary>Runs the operation. Whatever fails becomes the answer that the API would give.</summary>
    public async Task<TwinAnswer> RunAsync()
    {
        try
        {
            await Http.GetEndpoint()!.RequestDelegate!(Http);
        }
        catch (Exception e)
        {
            _response.Clear();
            foreach (var handler in Http.RequestServices.GetServices<IExceptionHandler>())
            {
                if (await handler.TryHandleAsync(Http, e, CancellationToken.None))
                {
                    break;
                }
            }
        }
        return await _response.FinishAsync();
    }

    /// <summary>Counts the call, and records the token's use, after the outer response.</summary>
    public Task CompletedAsync() => _response.CompletedAsync();

    static HeaderDictionary Headers(HttpContext outer)
    {
        var (sent, copied) = (outer.Request.Headers, new HeaderDictionary { ["Accept"] = "application/json" });
        foreach (var name in (string?[])
            ["Host", "Authorization", outer.RequestServices.GetRequiredService<HttpSettings>().ClientAddressHeader])
        {
            if (name is not null && sent.TryGetValue(name, out var value))
            {
                copied[name] = value;
            }
        }
        return copied;
    }

    sealed record BodyDetection(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;
}
