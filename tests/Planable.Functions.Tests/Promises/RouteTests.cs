using System.Net;
using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace Planable.Functions.Tests.Promises;

/// <summary>What holds for every route there is.</summary>
public sealed class RouteTests(AzuriteFixture fixture)
{
    /// <summary>Open to everybody, by the contract.</summary>
    static readonly string[] Public = ["/api/v1/openapi.json", "/api/v1/docs", "/api/health"];

    IEnumerable<RouteEndpoint> Routes => fixture.App.Routes;

    [Fact]
    public async Task Every_route_of_the_api_needs_a_credential()
    {
        var closed = Routes.Where(route => Path(route).StartsWith("/api/", StringComparison.Ordinal)
            && !Public.Any(open => Path(route).StartsWith(open, StringComparison.Ordinal))).ToArray();

        Assert.True(closed.Length >= 13);
        foreach (var route in closed)
        {
            foreach (var method in route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), Path(route));
                var call = fixture.App.Http.SendAsync(request, TestContext.Current.CancellationToken);
                await (method == "HEAD" ? call.ShouldBeAsync(HttpStatusCode.Unauthorized) : call.UnauthorizedAsync());
            }
        }
    }

    [Fact]
    public void Every_route_below_the_api_is_behind_the_tokens_policy() =>
        Assert.All(
            Routes.Where(route =>
                route.Metadata.GetMetadata<MethodInfo>()?.DeclaringType?.Namespace?.StartsWith("Planable", StringComparison.Ordinal) is true
                && Path(route).StartsWith("/api/", StringComparison.Ordinal) && !Public.Contains(Path(route))),
            route => Assert.NotNull(route.Metadata.GetMetadata<IAuthorizeData>()));

    [Fact]
    public void Standalone_maps_no_trigger() => Assert.All(
        Routes, route => Assert.True(
            Path(route).Split('/')[1] is "api" or "settings" or "share" or "hooks" or "mcp" or "oauth" or ".well-known", Path(route)));

    [Theory]
    [InlineData("/Events")]
    [InlineData("/dispatchoutbox")]
    [InlineData("/SweepOutbox")]
    [InlineData("/api/Events")]
    [InlineData("/api/%2e%2e/Events")]
    [InlineData("//Events")]
    public async Task No_name_of_a_trigger_is_reachable_from_outside(string path)
    {
        using var content = new StringContent("""{"Data":{"item":"{\"job\":{}}"}}""");

        await fixture.App.Http.PostAsync(
            new Uri(fixture.App.BaseAddress + path.TrimStart('/')), content, TestContext.Current.CancellationToken)
            .ShouldBeAsync(HttpStatusCode.NotFound);
    }

    static string Path(RouteEndpoint route) => "/" + route.RoutePattern.RawText!.Trim('/').Replace("{id}", "x", StringComparison.Ordinal)
        .Replace("{commentId}", "x", StringComparison.Ordinal).Replace("{deliveryId}", "x", StringComparison.Ordinal);
}
