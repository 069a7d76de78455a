using Planable.Content.Pages;
using Planable.Content.Posts;
using Planable.Networks.Metrics;

namespace Planable.Networks.Pinterest;

/// <summary>Figures of pins. The analytics have no figures of Pinterest's accounts.</summary>
/// <remarks>Source: github.com/pinterest/api-description, v5/openapi.yaml (5.23.0), "pins/get", "pin_metrics".</remarks>
sealed class PinterestMetrics(NetworkHttp http, IConfiguration configuration) : IMetricsSource
{
    readonly NetworkAddresses _addresses = PinterestApi.Addresses(configuration);

    public Task<NetworkResult<PageDay[]>> PageAsync(
        string workspace, Page page, DateOnly from, DateOnly to, NetworkGrant? grant, CancellationToken cancel) => Task.FromResult(
            NetworkResult<PageDay[]>.Failed(NetworkVerdict.Refused, "There are no analytics of accounts on Pinterest.", null));

    public async Task<NetworkResult<PostFigures>> PostAsync(
        Page page, Post post, DateOnly today, NetworkGrant? grant, CancellationToken cancel)
    {
        if (post.Publishing?.RemoteId is not { } id)
        {
            return NetworkResult<PostFigures>.Failed(NetworkVerdict.Refused, "The pin's id on Pinterest is not known.", null);
        }
        var reply = await http.GetAsync(
            _addresses.Url($"/pins/{Uri.EscapeDataString(id)}") + NetworkHttp.Query(("pin_metrics", "true")), grant!.AccessToken, cancel);
        if (!reply.IsSuccess || reply.Read(PinterestJson.Default.PinterestPin) is not { } pin)
        {
            return reply.Failure<NetworkResult<PostFigures>>();
        }
        if ((pin.PinMetrics?.LifetimeMetrics ?? pin.PinMetrics?.Quarter) is not { } seen)
        {
            return NetworkResult<PostFigures>.Failed(NetworkVerdict.Refused, "Pinterest has no figures of the pin.", null);
        }
        var clicks = (seen.PinClick ?? 0) + (seen.OutboundClick ?? seen.Clickthrough ?? 0);
        return NetworkResult<PostFigures>.Done(new(
            seen.Impression ?? 0, clicks + (seen.Save ?? 0) + (seen.Reaction ?? 0) + (seen.Comment ?? 0), seen.Reaction ?? 0));
    }
}
