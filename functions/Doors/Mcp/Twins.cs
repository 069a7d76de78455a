using System.Collections.Frozen;

namespace Planable.Doors.Mcp;

/// <summary>An operation of the API.</summary>
/// <param name="Path">The path below <c>/api/v1</c>, with parameters in braces.</param>
sealed record Twin(string Method, string Path)
{
    public bool IsRead => Method == HttpMethods.Get;

    public override string ToString() => $"{Method} {Path}";
}

/// <summary>A call of an operation.</summary>
sealed record TwinRequest(Twin Twin, RouteValueDictionary Path, QueryString Query, byte[]? Body)
{
    /// <summary>A call without a body.</summary>
    public static TwinRequest Get(string path, string? id = null, params (string Name, string? Value)[] query) => new(
        new(HttpMethods.Get, path), id is null ? [] : new() { ["id"] = id },
        QueryString.Create(query.Select(one => KeyValuePair.Create(one.Name, one.Value))), null);
}

/// <summary>What an operation answered.</summary>
sealed record TwinAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    public bool IsGood => Status is >= 200 and < 300;
}

/// <summary>The endpoints of the API's operations: the very ones that calls of the API are matched with.</summary>
sealed class Twins(IServiceProvider services)
{
    const string Base = "/api/v1";

    readonly Lazy<FrozenDictionary<(string, string), RouteEndpoint>> _all = new(() =>
        (from endpoint in services.GetServices<EndpointDataSource>().OfType<CompositeEndpointDataSource>().Single().Endpoints
             .OfType<RouteEndpoint>()
         let path = "/" + endpoint.RoutePattern.RawText!.Trim('/')
         where path.StartsWith(Base + "/", StringComparison.Ordinal)
         from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
         select ((method, path[Base.Length..]), endpoint)).ToFrozenDictionary(one => one.Item1, one => one.endpoint));

    public RouteEndpoint Find(Twin twin) => _all.Value[(twin.Method, twin.Path)];

    /// <summary>The path of a call of an operation.</summary>
    public static PathString PathOf(TwinRequest request) => Base + request.Path.Aggregate(request.Twin.Path, (path, value) =>
        path.Replace("{" + value.Key + "}", Uri.EscapeDataString((string)value.Value!), StringComparison.Ordinal));
}
